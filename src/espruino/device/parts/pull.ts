import { FaultNumber } from "../../../core/errors.js";
import type { Chunk } from "../../../core/ports.js";
import { judgeAnswer } from "../../../core/pull/answer.js";
import type { PullSteps } from "../../../core/pull/attempt.js";
import { PullAttempt } from "../../../core/pull/attempt.js";
import { readResponseHead } from "../../../core/pull/head.js";
import { PullPhase } from "../../../core/pull/job.js";
import { followRedirect } from "../../../core/pull/redirect.js";
import { requestOf } from "../../../core/pull/request.js";
import { trouble } from "../../../core/pull/retry.js";
import type { PullUrl } from "../../../core/pull/url.js";
import { errorText } from "../../../core/update/safe-state.js";
import type { Update } from "../../../core/update/update.js";
import { Part, type PartTypes, Room } from "../resident/resident.js";

const enum Event {
  Tick = 0,
  Closed = 1,
  /** Bytes; or none, the connection stands. */
  Received = 2,
}

/** The poll or the report that is planned, with the engine's sockets: one at a time. */
export const pull: PartTypes[Part.Pull] = (it, job) => {
  let socket: EspruinoClientSocket | undefined;

  /** The engine takes a listener away that throws, and would keep all further bytes in memory. */
  function on(event: Event, data?: unknown): void {
    const now = it.now();
    try {
      if (event === Event.Tick) attempt.tick(now);
      else if (event === Event.Closed) attempt.onClosed(now);
      else {
        // The engine calls 'data' at once but queues 'connected'.
        attempt.onConnected(now);
        if (typeof data === "string") attempt.onData(now, data as unknown as Chunk);
      }
    } catch (error) {
      const text = errorText(error);
      const isMemory = text === "too little memory";
      attempt.abandon({
        number: isMemory ? FaultNumber.OutOfMemory : FaultNumber.Aborted,
        code: isMemory ? "OUT_OF_MEMORY" : "ABORTED",
        text: text,
      });
    }
  }

  function close(): void {
    const old = socket;
    socket = undefined;
    if (old === undefined) return;
    // Until the engine is done with it, the socket would keep all of the listeners' module in memory.
    old.removeAllListeners();
    try {
      old.end();
    } catch {
      // Closed by the peer a moment ago.
    }
  }

  function connect(to: PullUrl): void {
    let mine: EspruinoClientSocket | undefined;
    // Events of an older connection no longer count.
    const received = (data?: unknown): void => {
      if (socket === mine) on(Event.Received, data);
    };
    const closed = (): void => {
      if (socket !== mine) return;
      socket = undefined;
      on(Event.Closed);
    };
    close();
    try {
      mine = require("net").connect({ host: to.host, port: to.port }, received);
    } catch {
      // Where connecting blocks, a refused connection is thrown while the caller is still inside its own call.
      setTimeout(closed, 0);
    }
    socket = mine;
    if (mine === undefined) return;
    mine.on("data", received);
    mine.on("error", closed);
    mine.on("close", closed);
  }

  function open(): Update | undefined {
    const isTight = it.boot.app >= 0 && it.run === undefined && !it.room(Room.Begin);
    return isTight ? undefined : it.open();
  }

  const attempt = new PullAttempt(job, ((step) => it.load(Part.PullRequest + step)) as PullSteps, open, {
    connect: connect,
    send: (text) => {
      if (socket !== undefined) socket.write(text);
    },
    close: close,
  });
  if (job.phase !== PullPhase.Preparing) attempt.start(it.now());
  return () => on(Event.Tick);
};

export const request: PartTypes[Part.PullRequest] = requestOf;

// The engine's chunks are text.
export const responseHead: PartTypes[Part.PullHead] = readResponseHead as unknown as PartTypes[Part.PullHead];

export const pullAnswer: PartTypes[Part.PullAnswer] = judgeAnswer;

export const redirect: PartTypes[Part.PullRedirect] = followRedirect;

export const troubleStep: PartTypes[Part.PullTrouble] = trouble;
