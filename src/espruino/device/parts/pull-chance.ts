import { engineRandom } from "../ports/engine-random.js";

/** From hardware, 0 up to, not including, 1: boards that got power together must not ask together. */
export function chance(): number {
  return parseInt(engineRandom.hex(3), 16) / 0x1000000;
}
