import { slhVerifies } from "../../src/core/bundle/slh-dsa.js";
import type { Chunk } from "../../src/core/ports.js";
import { slhTools } from "../../src/espruino/device/ports/slh-tools.js";

/** Bytes of the message that is signed, and of its signature. */
declare const BENCH_MESSAGE: number;
declare const BENCH_SIGNATURE: number;

/** Storage's file "image": key, message, signature. */
function part(from: number, length: number): Chunk {
  return require("Storage").read("image", from, length) as unknown as Chunk;
}

const begun = getTime();
const is = slhVerifies(
  slhTools(),
  part(0, 32),
  part(32, BENCH_MESSAGE),
  part(32 + BENCH_MESSAGE, BENCH_SIGNATURE),
);
print("#us", (getTime() - begun) * 1e6);
print("#result", is);
