const own = new WeakSet<object>();

/** Marks a function of the board's as what the engine brings: native code. */
export function markOwn<F extends object>(call: F): F {
  own.add(call);
  return call;
}

export function isOwn(value: object): boolean {
  return own.has(value);
}
