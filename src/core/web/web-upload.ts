import { type Fault, FaultNumber, fault } from "../errors.js";
import { RunPhase, type UpdateRun } from "../update/update.js";
import { type Form, newForm } from "./multipart.js";
import { html, plain, type Reply } from "./reply.js";
import type { Announced, Task, WebSocket } from "./web-host.js";

/** A sender that says nothing for so long is given up, ms. */
export const bodySilenceMs = 10000;

export const enum Stage {
  /** The head is in, nothing of the body is. */
  Head = 0,
  /** A form whose file has not begun. */
  Fields = 1,
  /** The image is known and to be announced (begin.ts). */
  Offered = 2,
  /** The offer stands; the equipment is on its way to its safe state. */
  Waiting = 3,
  Receiving = 4,
  /** Everything is in; verified at the next tick, so that the last acknowledgement leaves first. */
  Received = 5,
  /** The new image runs from the next start on. */
  Committed = 6,
}

/** One POSTed image, as data. What comes of it in the ordinary run is the connection's (web-connection.ts). */
export interface Upload extends Announced {
  readonly task: Task;
  stage: Stage;
  form: Form | undefined;
  /** Takes it to pieces. */
  take: ((form: Form, bytes: string) => string) | undefined;
  /** Body bytes so far, those of the image that were let go, and those that were written. */
  received: number;
  dropped: number;
  written: number;
  /** When the sender was last heard of. */
  last: number;
  /** The board restarts when the answer has left. */
  restarts: boolean;
}

function fail(up: Upload, why: Fault): Fault {
  if (up.run !== undefined && up.stage >= Stage.Waiting) up.run.fail(why);
  return why;
}

/** From waiting to receiving, once the equipment is safe; or, with bytes gone, to "once more". */
function proceed(up: Upload, run: UpdateRun, socket: WebSocket, now: number): Reply | Fault | undefined {
  if (run.phase === RunPhase.Preparing) return undefined;
  if (run.phase === RunPhase.Leaving) {
    const text = "The board restarts to make room for the update. Send the image once more then.\n";
    return { status: 503, type: plain, headers: "Retry-After: 10\r\n", body: text };
  }
  if (run.phase !== RunPhase.Prepared) return fail(up, fault(FaultNumber.Aborted, "update given up"));
  if (up.dropped === 0) {
    if (up.task.expects && up.form === undefined) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
    up.last = now;
    const refused = run.open();
    if (refused !== undefined) return fail(up, refused);
    up.stage = Stage.Receiving;
    return undefined;
  }
  if (up.received < up.task.size) return undefined;
  run.park(now);
  const text =
    "The equipment is safe now. Send the image once more within a minute (curl does so with -L).\n";
  return { status: 307, type: plain, headers: `Location: ${up.task.again}\r\n`, body: text };
}

/**
 * A turn in an upload: it begins, the equipment is safe, all has come, something is wrong. The engine cannot hold a
 * sender back for long, and images do not fit into memory: so bytes that come before the equipment is safe are let go,
 * and once it is safe the answer is 307, upon which browsers (and curl -L) send the same once more. Who asks first, by
 * POST …/prepare or by `Expect: 100-continue`, sends once.
 * @param restarts whether a committed update restarts the board
 * @returns the answer, once that is decided
 */
export function upload(
  up: Upload,
  socket: WebSocket,
  now: number,
  restarts: boolean,
): Reply | Fault | undefined {
  const task = up.task;
  const isWhole = up.received === task.size;
  if (up.stage === Stage.Head) {
    up.stage = Stage.Fields;
    up.restarts = restarts;
    if (task.boundary.length > 0) {
      up.form = newForm(task.boundary, task.size);
      if (task.expects) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      return undefined;
    }
  }
  const form = up.form;
  if (form !== undefined) {
    let wrong = form.fault;
    if (up.stage === Stage.Received && !form.isDone) wrong = "the last boundary is missing";
    if (wrong.length > 0) return fail(up, fault(FaultNumber.Aborted, wrong));
    if (isWhole && !form.hasFile) return fault(FaultNumber.NoData, "");
  }
  if (up.stage === Stage.Fields && (form === undefined || form.hasFile)) {
    up.command = form !== undefined && form.field === "filesystem" ? 100 : task.command;
    up.size = form === undefined ? task.size : form.size;
    up.md5 = form === undefined || form.md5.length === 0 ? task.md5 : form.md5.toLowerCase();
    up.stage = Stage.Offered;
    return undefined;
  }
  const run = up.run;
  if (up.stage === Stage.Committed) {
    const wait = '<META http-equiv="refresh" content="15;URL=/">';
    const text = up.restarts ? `${wait}Update Success! Rebooting...` : "Update Success!";
    return { status: 200, type: html, headers: "", body: text };
  }
  if (run !== undefined && up.stage === Stage.Waiting) {
    if (isWhole || task.expects) up.last = now;
    const answer = proceed(up, run, socket, now);
    if (answer !== undefined) return answer;
  }
  if (now - up.last < bodySilenceMs) return undefined;
  return fail(up, fault(FaultNumber.Silent, `no data for ${bodySilenceMs} ms`));
}
