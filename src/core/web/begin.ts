import { type Fault, FaultNumber, fault } from "../errors.js";
import { isHex } from "../same-text.js";
import { RunPhase, type UpdateRun } from "../update/update.js";
import { type Announced, type WebEvent, webPeer } from "./web-host.js";

/** Begins an update that comes by the web. @returns why not */
export function begin(
  run: UpdateRun,
  notify: (event: WebEvent) => void,
  now: number,
  what: Announced,
): Fault | undefined {
  let refused: Fault | undefined;
  // Else it is prepared, and on its way to the restart that makes room.
  if (run.phase !== RunPhase.Leaving) {
    const md5 = what.md5;
    if (md5.length > 0 && !isHex(md5, 32)) return fault(FaultNumber.Md5, "not an MD5 given");
    notify({ event: "invitation", from: webPeer, size: what.size });
    refused = run.begin(now, { command: what.command, size: what.size, md5: md5, from: webPeer });
  }
  if (refused === undefined) what.run = run;
  return refused;
}
