import type { Fault } from "../core/errors.js";
import type { Target } from "../core/target.js";
import { Updater } from "../core/updater.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";

/**
 * An update as a session drives it: begin, pieces as they arrive, end with verification, commit.
 * @returns the fault that ended it, or undefined
 */
export function send(targets: Target[], image: Uint8Array, piece: number, command = 0): Fault | undefined {
  const updater = new Updater(nodeBytes, nodeCrypto, targets);
  const failed = (): Fault => updater.error() ?? { number: -1, code: "UNKNOWN", text: "no reason given" };
  if (!updater.begin(image.length, command)) return failed();
  const digest = nodeCrypto.md5();
  digest.update(image);
  updater.setMD5(digest.hex());
  for (let at = 0; at < image.length; at += piece)
    if (updater.write(image.subarray(at, at + piece)) === 0) return failed();
  if (!updater.end(false) || !updater.commit()) return failed();
  return undefined;
}
