export const unit = " pulses";
export default class Counter { constructor(public value: number) {} }
export function add(counter: Counter, n: number): void { counter.value += n; log(counter); }
function log({ value }: Counter): void { print("now " + value); }
