const zeros = new Uint8Array(512);

/** RTC memory: 512 bytes that outlive a reset and are lost with the power (what they hold then is anything). */
export class RtcMemory {
  /** Never written in place: forks share it. */
  #bytes = zeros;

  /** One of its own that holds the same. */
  fork(): RtcMemory {
    const copy = new RtcMemory();
    copy.#bytes = this.#bytes;
    return copy;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(offset, offset + length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#bytes = this.#bytes.slice();
    this.#bytes.set(bytes, offset);
  }

  /**
   * Power loss: what it holds then is anything, from the first byte on, or from the middle of what was there.
   * @param seed of the noise
   */
  losePower(seed = 1, from = 0): void {
    const bytes = this.#bytes.slice();
    let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
    for (let at = from; at < bytes.length; at++) {
      // xorshift32 (Marsaglia 2003)
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[at] = state >>> 8;
    }
    this.#bytes = bytes;
  }
}

/** Why the chip started. */
export type ResetReason =
  | "power-on"
  | "software"
  | "watchdog"
  | "pin"
  | "deep-sleep"
  | "brown-out"
  /** A computer at the USB port (C3, S3). */
  | "usb";
