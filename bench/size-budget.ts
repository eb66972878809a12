/** What CI holds: bytes for every board, variables where the real engine is at hand. Raise a number only with a reason. */
export const sizeBudget = {
  /** `.boot0`, bytes. */
  loader: 16384,
  /** The update page, gzipped, bytes. */
  page: 8192,
  /** The garden, as a share of its slot. */
  garden: 1,
  /**
   * Bytes of the largest agent. Wanted: 110,000. Since it was 139,000: signatures, tidying Storage, records read back,
   * answers bound to their image, updates that begin with nothing else beside the application.
   */
  agent: 168000,
  /** Variables of 14 bytes, idle, with the garden. 1,500 before it kept a book of its water. */
  idle: 1700,
  /** The most during an update beside the garden, likewise; where there is less, in update mode (docs/on-the-board.md). */
  update: { push: 3460, page: 3460, pull: 3460 },
  /** Variables that failures leave when each has happened before. */
  left: 2,
  /** Bytes of C stack, x86-32. */
  stack: 13500,
} as const;
