import type { Chip } from "../../boards/index.js";

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

/** Why the chip started: the power came, the program asked for it, or the watchdog had enough. */
export type ResetReason = "power-on" | "software" | "watchdog" | "pin";

/**
 * RTC_CNTL_RESET_STATE_REG of the ESP32 family holds the cause for the first CPU in its low six bits (Technical
 * Reference Manuals, "Reset source"; esp-idf rtc.h RESET_REASON): 1 power on, 12 software reset of the CPU, 7 timer
 * group 0 watchdog. Espruino has no call for it, so programs peek. 0: the chip has none.
 */
export function resetRegister(chip: Chip): number {
  switch (chip) {
    case "esp32":
      return 0x3ff48034;
    case "esp32c3":
    case "esp32s3":
      return 0x60008038;
    default:
      return 0;
  }
}

export function esp32ResetCause(reason: ResetReason): number {
  switch (reason) {
    case "power-on":
    case "pin":
      return 1;
    case "software":
      return 12;
    case "watchdog":
      return 7;
  }
}
