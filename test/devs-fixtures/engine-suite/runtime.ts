import { engineBytes } from "../../../src/espruino/device/engine-bytes.js";
import { engineCrypto } from "../../../src/espruino/device/engine-crypto.js";
import type { Runtime } from "../../engines/suite/suite.js";

/** The ports that the agent has on Espruino. */
export const runtime: Runtime = {
  bytes: engineBytes,
  crypto: engineCrypto,
  say: (line) => print(line),
};
