const numbers = new WeakMap<object, number>();

/** Pins are objects here and a kind of number on the board. */
export function markPin(pin: object, number: number): void {
  numbers.set(pin, number);
}

export function pinNumber(value: unknown): number | undefined {
  return typeof value === "object" && value !== null ? numbers.get(value) : undefined;
}
