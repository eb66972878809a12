/** What CI holds: bytes for every board, variables where the real engine is at hand. Raise a number only with a reason. */
export const sizeBudget = {
  /** `.boot0`, bytes. */
  loader: 16384,
  /** The update page, gzipped, bytes. */
  page: 8192,
  /** The garden, as a share of its slot. */
  garden: 1,
  /** Bytes of an ESP32's agent. */
  agent: 150000,
  /** Variables of 14 bytes, idle, with the garden. */
  idle: 1600,
  /** The most during an update of the garden, likewise. */
  update: { push: 3400, page: 4600, pull: 4900 },
  /** Bytes of C stack, x86-32. */
  stack: 20000,
} as const;
