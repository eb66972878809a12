import type { Fingerprint } from "./record.js";

/** Words of a row: two of the board, one of the board and its past, the value. */
const rowLength = 4;

/**
 * Fingerprints and a number for each, in typed arrays: a run meets millions of them. What counts as one state of the board
 * is its first 64 bits: that any two of ten million agree in them by chance is one in 300,000.
 */
export class StateTable {
  #rows = new Int32Array(1024 * rowLength);
  #capacity = 1024;
  size = 0;

  /** @param past the same board with other marks is another row. @returns 0 for what is not there */
  get(board: Fingerprint, past = board): number {
    return this.#rows[this.#find(board, past) + 3];
  }

  /** @param value not 0 */
  set(board: Fingerprint, past: Fingerprint, value: number): void {
    const at = this.#find(board, past);
    if (this.#rows[at + 3] === 0) {
      this.#rows.set([board.lanes[0], board.lanes[1], past.lanes[2]], at);
      this.size++;
    }
    this.#rows[at + 3] = value;
    if (this.size * 2 > this.#capacity) this.#grow();
  }

  /** The boards' fingerprints, each once. */
  boards(): BigUint64Array {
    const all = new BigUint64Array(this.size);
    let count = 0;
    for (let at = 0; at < this.#rows.length; at += rowLength)
      if (this.#rows[at + 3] !== 0) all[count++] = wide(this.#rows[at], this.#rows[at + 1]);
    return distinct([all]);
  }

  /** Row of a key, or the free one where it belongs. */
  #find({ lanes: [a, b] }: Fingerprint, { lanes: [, , c] }: Fingerprint): number {
    const rows = this.#rows;
    for (let row = (a ^ c) & (this.#capacity - 1); ; row = (row + 1) & (this.#capacity - 1)) {
      const at = row * rowLength;
      if (rows[at + 3] === 0 || (rows[at] === a && rows[at + 1] === b && rows[at + 2] === c)) return at;
    }
  }

  #grow(): void {
    const old = this.#rows;
    this.#capacity *= 2;
    this.#rows = new Int32Array(this.#capacity * rowLength);
    for (let from = 0; from < old.length; from += rowLength) {
      if (old[from + 3] === 0) continue;
      let row = (old[from] ^ old[from + 2]) & (this.#capacity - 1);
      while (this.#rows[row * rowLength + 3] !== 0) row = (row + 1) & (this.#capacity - 1);
      this.#rows.set(old.subarray(from, from + rowLength), row * rowLength);
    }
  }
}

function wide(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** All of them, sorted, each once. */
export function distinct(parts: readonly BigUint64Array[]): BigUint64Array {
  const all = new BigUint64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const part of parts) {
    all.set(part, count);
    count += part.length;
  }
  all.sort();
  count = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i];
  return all.slice(0, count);
}
