/**
 * Lays the classes' rows of methods over one another so that no two share an entry: first fit, longest first (row
 * displacement, as for parsers' tables). An entry's number is a sum, so an object needs to know one number of its class
 * and nothing else.
 * @param rows for each class the numbers of its methods' names
 * @returns for each what is added to the number of a name; no two are the same
 */
export function assignRows(rows: readonly (readonly number[])[]): number[] {
  const taken = new Set<number>();
  const starts = new Set<number>();
  const found: number[] = [];
  const order = rows.map((_, index) => index).sort((a, b) => rows[b].length - rows[a].length || a - b);
  for (const index of order) {
    let start = 0;
    while (starts.has(start) || rows[index].some((name) => taken.has(start + name))) start++;
    starts.add(start);
    found[index] = start;
    for (const name of rows[index]) taken.add(start + name);
  }
  return found;
}
