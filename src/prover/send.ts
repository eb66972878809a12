import type { Fault } from "../core/errors.js";
import { receivingOf } from "../core/update/image-receiver.js";
import { SafeState } from "../core/update/safe-state.js";
import type { Target } from "../core/update/target.js";
import { Update } from "../core/update/update.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";

/**
 * An update as a way in drives it: begin, open, pieces as they arrive, verify, commit.
 * @returns the fault that ended it, or undefined
 */
export function send(targets: Target[], image: Uint8Array, piece: number, command = 0): Fault | undefined {
  const digest = nodeCrypto.md5();
  digest.update(image);
  const run = new Update({
    ...receivingOf(nodeBytes, nodeCrypto, targets),
    safe: new SafeState(),
    policy: () => undefined,
    notify: () => undefined,
  });
  let failed = run.begin(0, { command, size: image.length, md5: digest.hex(), from: "prover" });
  failed ??= run.open();
  for (let at = 0; at < image.length && failed === undefined; at += piece)
    failed = run.write(image.subarray(at, at + piece));
  failed ??= run.verify();
  return failed ?? run.commit(0);
}
