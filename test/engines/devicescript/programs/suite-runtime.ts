import { digest } from "@devicescript/crypto";
import { Md5 } from "../../../../src/core/md5.js";
import type { Runtime } from "../../suite/suite.js";
import { slowCrc32 } from "../../suite/tools.js";
import { engineBytes } from "./engine-bytes.js";

/** The ports that a program on DeviceScript has: no CRC-32 of its own, SHA-256 native, MD5 the core's. */
export const runtime: Runtime = {
  bytes: engineBytes,
  crypto: {
    md5: () => new Md5(engineBytes),
    crc32: (chunk) => slowCrc32(engineBytes, chunk),
    sha256Hex: (chunk) => digest("sha256", chunk as unknown as Buffer).toString("hex"),
  },
  say: (line) => console.log(line),
};
