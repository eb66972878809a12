import type { Random } from "../../../core/ports.js";

/**
 * The hardware's own random numbers. E.hwRand and Math.random start from a fixed seed on the ESP chips
 * (Espruino src/jsutils.c) and must never make a nonce.
 */
function fromRegister(count: number): string {
  let hex = "";
  while (hex.length < 2 * count) {
    let word = peek32(BOARD_RANDOM);
    for (let i = 0; i < 8; i++) {
      hex += (word & 15).toString(16);
      word = word >>> 4;
    }
  }
  return hex.slice(0, 2 * count);
}

function fromSystem(count: number): string {
  const file = E.openFile("/dev/urandom", "r");
  const bytes = file.read(count);
  file.close();
  let hex = "";
  for (let i = 0; i < count; i++) {
    const value = bytes.charCodeAt(i);
    hex += (value < 16 ? "0" : "") + value.toString(16);
  }
  return hex;
}

export const engineRandom: Random = { hex: BOARD_RANDOM === 0 ? fromSystem : fromRegister };
