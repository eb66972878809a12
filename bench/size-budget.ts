/** What CI holds: bytes for every board, variables where the real engine is at hand. Raise a number only with a reason. */
export const sizeBudget = {
  /** `.boot0`, bytes. */
  loader: 16384,
  /** The update page, gzipped, bytes. */
  page: 8192,
  /** The garden, as a share of its slot. */
  garden: 1,
  /** Bytes of the largest agent. Wanted: 110,000. */
  agent: 147500,
  /** Variables of 14 bytes, idle, with the garden. Wanted: 1,500. */
  idle: 1580,
  /** The most during an update of the garden, likewise. Wanted: 2,700. */
  update: { push: 3400, page: 4600, pull: 5000 },
  /** Variables that failures leave when each has happened before. */
  left: 2,
  /** Bytes of C stack, x86-32. */
  stack: 13600,
} as const;
