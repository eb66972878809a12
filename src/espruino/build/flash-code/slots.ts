/** Numbers for what lies in flash: one row for each class, laid over one another so that no two share a number. */
export interface Slots {
  /** Added to the number of a method's name: the number of the method itself. */
  readonly rows: readonly number[];
  /** Numbers of the single functions. */
  readonly singles: readonly number[];
  readonly count: number;
}

/**
 * First fit, longest rows first (row displacement, as in parsers' tables): the method's number is a sum, so an object
 * needs to know one number of its class and nothing else.
 * @param rows for each class the numbers of its methods' names
 * @param singles how many functions stand for themselves
 */
export function assignSlots(rows: readonly (readonly number[])[], singles: number): Slots {
  const taken = new Set<number>();
  const displacements: number[] = [];
  const order = rows.map((_, index) => index).sort((a, b) => rows[b].length - rows[a].length || a - b);
  const starts = new Set<number>();
  for (const index of order) {
    let displacement = 0;
    while (starts.has(displacement) || rows[index].some((name) => taken.has(displacement + name)))
      displacement++;
    starts.add(displacement);
    displacements[index] = displacement;
    for (const name of rows[index]) taken.add(displacement + name);
  }
  const numbers: number[] = [];
  for (let number = 0; numbers.length < singles; number++)
    if (!taken.has(number)) {
      taken.add(number);
      numbers.push(number);
    }
  return { rows: displacements, singles: numbers, count: Math.max(-1, ...taken) + 1 };
}
