import { type Fault, FaultNumber, fault } from "../errors.js";
import type { HandshakeEvent } from "../espota/handshake.js";
import { isHex } from "../text.js";
import { type Update, UpdatePhase } from "../update/update.js";
import { newForm } from "./form.js";
import { htmlType, plainType, type WebReply } from "./reply.js";
import { type Upload, type WebSocket, WebUploadStage, webPeer } from "./steps.js";

/** Begins an update that comes by the web. @returns why not */
export function begin(
  run: Update,
  notify: (event: HandshakeEvent) => void,
  now: number,
  what: Upload,
): Fault | undefined {
  let refused: Fault | undefined;
  // Else it is prepared, and on its way to the restart that makes room.
  if (run.phase !== UpdatePhase.Leaving) {
    const md5 = what.md5;
    if (md5.length > 0 && !isHex(md5, 32)) return fault(FaultNumber.Md5, "not an MD5 given");
    notify({ event: "invitation", from: webPeer, size: what.size });
    refused = run.begin(now, { command: what.command, size: what.size, md5: md5, from: webPeer });
  }
  if (refused === undefined) what.run = run;
  return refused;
}

/** A sender that is silent for so long is given up, ms. */
export const bodySilenceMs = 10000;

function fail(up: Upload, why: Fault): Fault {
  if (up.run !== undefined && up.stage >= WebUploadStage.Waiting) up.run.fail(why);
  return why;
}

/** Where the update goes on in update mode. */
export function restarting(): WebReply {
  const text = "The board restarts to make room for the update. Send the image once more then.\n";
  return { status: 503, type: plainType, headers: "Retry-After: 10\r\n", body: text };
}

/** From waiting to receiving, once the equipment is safe; or, with bytes gone, to "once more". */
function proceed(up: Upload, run: Update, socket: WebSocket, now: number): WebReply | Fault | undefined {
  if (run.phase === UpdatePhase.Preparing) return undefined;
  if (run.phase === UpdatePhase.Leaving) return restarting();
  if (run.phase !== UpdatePhase.Prepared) return fail(up, fault(FaultNumber.Aborted, "update given up"));
  if (up.dropped === 0) {
    if (up.expects && up.form === undefined) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    up.last = now;
    const refused = run.open();
    if (refused !== undefined) return fail(up, refused);
    up.stage = WebUploadStage.Receiving;
    return undefined;
  }
  if (up.received < up.length) return undefined;
  run.park(now);
  const text =
    "The equipment is safe now. Send the image once more within a minute (curl does so with -L).\n";
  return { status: 307, type: plainType, headers: `Location: ${up.again}\r\n`, body: text };
}

/**
 * A turn in an upload: it begins, the equipment is safe, all has come, something is wrong. The engine cannot hold a
 * sender back for long, and images do not fit into memory: so bytes that come before the equipment is safe are dropped,
 * and once it is safe the answer is 307, upon which browsers (and curl -L) send the same once more. A client that first
 * sends POST …/prepare or `Expect: 100-continue` sends the image once.
 * @param restarts whether a committed update restarts the board
 * @returns the answer, once that is decided
 */
export function upload(
  up: Upload,
  socket: WebSocket,
  now: number,
  restarts: boolean,
): WebReply | Fault | undefined {
  const isWhole = up.received === up.length;
  if (up.stage === WebUploadStage.Head) {
    up.stage = WebUploadStage.Fields;
    up.restarts = restarts;
    if (up.boundary.length > 0) {
      up.form = newForm(up.boundary, up.length);
      if (up.expects) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      return undefined;
    }
  }
  const form = up.form;
  if (form !== undefined) {
    let wrong = form.fault;
    if (up.stage === WebUploadStage.Received && !form.isDone) wrong = "the last boundary is missing";
    if (wrong.length > 0) return fail(up, fault(FaultNumber.Aborted, wrong));
    if (isWhole && !form.hasFile) return fault(FaultNumber.NoData, "");
  }
  if (up.stage === WebUploadStage.Fields && (form === undefined || form.hasFile)) {
    if (form !== undefined) {
      up.size = form.size;
      if (form.field === "filesystem") up.command = 100;
      if (form.md5.length > 0) up.md5 = form.md5.toLowerCase();
    }
    up.stage = WebUploadStage.Offered;
    return undefined;
  }
  const run = up.run;
  if (up.stage === WebUploadStage.Committed) {
    const wait = '<META http-equiv="refresh" content="15;URL=/">';
    const text = up.restarts ? `${wait}Update Success! Rebooting...` : "Update Success!";
    return { status: 200, type: htmlType, headers: "", body: text };
  }
  if (run !== undefined && up.stage === WebUploadStage.Waiting) {
    // Whose turn it is: a sender that waits for "100 Continue", or has sent all, is not silent.
    if (isWhole || (up.expects && up.received === 0)) up.last = now;
    const answer = proceed(up, run, socket, now);
    if (answer !== undefined) return answer;
  }
  if (now - up.last < bodySilenceMs) return undefined;
  return fail(up, fault(FaultNumber.Silent, `no data for ${bodySilenceMs} ms`));
}
