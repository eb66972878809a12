/** What CI holds: bytes for every board, variables where the real engine is at hand. Raise a number only with a reason. */
export const sizeBudget = {
  /** `.boot0`, bytes. */
  loader: 16384,
  /** The update page, gzipped, bytes. */
  page: 8192,
  /** The garden, as a share of its slot. */
  garden: 1,
  /** Variables in use between two turns of the idle loop, with everything that an ESP32's agent has. */
  idle: 1300,
  /** The most that was seen during an update, likewise. */
  update: 1800,
} as const;
