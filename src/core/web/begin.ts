import { type Fault, FaultNumber, fault } from "../errors.js";
import { isHex } from "../same-text.js";
import { RunPhase, type UpdateRun } from "../update-run.js";
import { type WebEvent, webPeer } from "./web-host.js";

/** Begins an update that comes by the web. @param md5 lower case, or "" */
export function begin(
  run: UpdateRun,
  notify: (event: WebEvent) => void,
  now: number,
  command: number,
  size: number,
  md5: string,
): Fault | undefined {
  // It is prepared, and on its way to the restart that makes room.
  if (run.phase === RunPhase.Leaving) return undefined;
  if (md5.length > 0 && !isHex(md5, 32)) return fault(FaultNumber.Md5, "not an MD5 given");
  notify({ event: "invitation", from: webPeer, size: size });
  return run.begin(now, { command: command, size: size, md5: md5, from: webPeer });
}
