/** Binary text, one char a byte: what Espruino's strings are. */
export function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

export function textBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/**
 * The bytes of whatever Espruino takes for data (jsvIterateCallback): text, array buffers and views, numbers,
 * arrays of these, and `{data, count}` repeated.
 */
export function toBytes(value: unknown): Uint8Array {
  if (typeof value === "string") return textBytes(value);
  if (ArrayBuffer.isView(value)) return viewBytes(value);
  if (isArrayBuffer(value)) return new Uint8Array(value);
  if (typeof value === "number" || typeof value === "boolean") return Uint8Array.of(Number(value) & 0xff);
  if (Array.isArray(value)) return Buffer.concat(value.map(toBytes));
  if (typeof value === "object" && value !== null && "data" in value && "count" in value) {
    const piece = toBytes(value.data);
    return Buffer.concat(Array.from({ length: Number(value.count) }, () => piece));
  }
  throw new TypeError(`Expecting Number or iterable, got ${typeName(value)}`);
}

/** Views with wider elements count one byte an element, as Espruino iterates them; bytes are taken as they are. */
function viewBytes(view: ArrayBufferView): Uint8Array {
  const raw = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const step = "BYTES_PER_ELEMENT" in view ? Number(view.BYTES_PER_ELEMENT) : 1;
  return step === 1 ? raw : Uint8Array.from(raw.filter((_, index) => index % step === 0));
}

/** Array buffers of the sandbox are not instances of our ArrayBuffer. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** What Espruino calls the type of a value in its messages (src/jsutils.c, "%t"). */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (typeof value === "object") return Object.prototype.toString.call(value).slice(8, -1);
  return `${typeof value}`.replace(/^./, (first) => first.toUpperCase());
}

const own = new WeakSet<object>();

/** Marks a function of the board's as what the engine brings: native code. */
export function markOwn<F extends object>(call: F): F {
  own.add(call);
  return call;
}

export function isOwn(value: object): boolean {
  return own.has(value);
}

const numbers = new WeakMap<object, number>();

/** Pins are objects here and a kind of number on the board. */
export function markPin(pin: object, number: number): void {
  numbers.set(pin, number);
}

export function pinNumber(value: unknown): number | undefined {
  return typeof value === "object" && value !== null ? numbers.get(value) : undefined;
}
