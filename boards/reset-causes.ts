import type { Chip } from "./board.js";

/** Why a chip started, by its reset cause. */
export type ResetCause = "power-on" | "brown-out" | "restart" | "deep-sleep" | "usb" | "watchdog";

export interface ResetState {
  /** Address of RTC_CNTL_RESET_STATE_REG; its low six bits are the cause for the first CPU (soc/rtc_cntl_reg.h). */
  readonly register: number;
  /** What is absent has no known meaning, or comes from nothing that happens to a board. */
  readonly causes: Readonly<Record<number, ResetCause>>;
}

/**
 * Of all chips of the family. The reset pin is the chip's enable pin and reads as power-on. ESP-IDF restarts by software
 * (12) after a panic, after its task watchdog, which is the one that `E.enableWatchdog` sets, and after its brown-out
 * interrupt; it clears its own note of which it was before any program runs (its reset_reason.c).
 */
const common: Readonly<Record<number, ResetCause>> = {
  1: "power-on",
  3: "restart",
  5: "deep-sleep",
  7: "watchdog",
  8: "watchdog",
  9: "watchdog",
  11: "watchdog",
  12: "restart",
  13: "watchdog",
  15: "brown-out",
  16: "watchdog",
};

/** ESP-IDF soc/esp32c3/…/reset_reasons.h and soc/esp32s3/…/reset_reasons.h. */
const newer: ResetState = {
  register: 0x60008038,
  causes: {
    ...common,
    17: "watchdog",
    18: "watchdog",
    // Glitches of the clock and of the supply.
    19: "brown-out",
    21: "usb",
    22: "usb",
    23: "brown-out",
    // The debugger.
    24: "usb",
  },
};

export const resetStates: Readonly<Partial<Record<Chip, ResetState>>> = {
  // ESP-IDF esp32/rom/rtc.h RESET_REASON; 4: the old watchdog, 6: SDIO, 10: intrusion, 14: the other CPU.
  esp32: { register: 0x3ff48034, causes: { ...common, 4: "watchdog" } },
  esp32c3: newer,
  esp32s3: newer,
};
