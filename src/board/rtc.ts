/** RTC memory: 512 bytes that outlive a reset and are lost with the power (what they hold then is anything). */
export class RtcMemory {
  readonly #bytes = new Uint8Array(512);

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(offset, offset + length);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }

  /** Power loss. Fills in a pattern that no program writes, so that code which relies on what was there fails. */
  losePower(): void {
    this.#bytes.fill(0xa5);
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
