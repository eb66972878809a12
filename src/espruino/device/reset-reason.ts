import { StartReason } from "../../core/update/boot.js";

/** RTC_CNTL_RESET_STATE_REG, bits 0..5: reset cause of the first CPU (vendor's soc/rtc_cntl_reg.h). */
const resetStateRegister =
  BOARD_CHIP === "esp32" ? 0x3ff48034 : BOARD_CHIP === "esp32c3" || BOARD_CHIP === "esp32s3" ? 0x60008038 : 0;

/**
 * Why the chip started (vendor's rom/rtc.h: 1 power-on, 15 brown-out; 3 and 12 software; 7..9, 11, 13, 16 watchdogs).
 */
export function startReason(): StartReason {
  if (resetStateRegister === 0) return StartReason.Unknown;
  const cause = peek32(resetStateRegister) & 63;
  if (cause === 1 || cause === 15) return StartReason.PowerOn;
  if (cause === 3 || cause === 12) return StartReason.Restart;
  if ((cause >= 7 && cause <= 9) || cause === 11 || cause === 13 || cause === 16) return StartReason.Watchdog;
  return StartReason.Unknown;
}
