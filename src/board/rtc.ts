/** RTC memory: 512 bytes that outlive a reset and are lost with the power (what they hold then is anything). */
export class RtcMemory {
  readonly #bytes: Uint8Array;

  constructor(length = 512) {
    this.#bytes = new Uint8Array(length);
  }

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(offset, offset + length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }

  /** Power loss. A pattern that nobody writes, so that code which takes it for its own is found out. */
  losePower(): void {
    this.#bytes.fill(0xa5);
  }
}
