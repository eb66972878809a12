import { RunPhase } from "../../../core/update/update.js";
import { WebConnection } from "../../../core/web/web-connection.js";
import type { Heard, WebHost } from "../../../core/web/web-host.js";
import { hear } from "../../../core/web/web-status.js";
import { Part, type PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Door] };

/** Sockets are few on the chips and each costs memory. */
const mostConnections = 4;
/** After so long without a visitor this part is of no use any more, ms. */
const idleMs = 30000;

/**
 * The connections of the update page. Serves with `net` instead of `http`: the engine's HTTP module keeps half a head for
 * ever and without a limit, tells the program of a request only then, closes no connection before its body is in, and
 * cannot answer `Expect`.
 */
exports.open = (it) => {
  const host: WebHost = {
    step: ((step: number) => it.load((Part.Head + step) as Part)) as WebHost["step"],
    told: { steps: [], error: undefined, done: 0, total: 0, prepared: undefined },
    quit: it.quit,
  };
  let open: WebConnection[] = [];
  let busyAt = it.now();

  /** @param what bytes; true: time has passed; else: what was sent has left. @returns whether the connection is open */
  function tell(one: WebConnection, what: unknown, crowded: boolean): boolean {
    const now = it.now();
    try {
      if (typeof what === "string") one.data(now, what);
      else if (what === true) return one.tick(now, crowded);
      else one.drain(now);
    } catch (error) {
      // Too little memory, it may be. The engine takes a listener away that throws, and would keep all further bytes.
      print("sluice: web", error);
      one.end(now, true);
    }
    return true;
  }

  function tick(crowded?: boolean): boolean {
    const rest: WebConnection[] = [];
    for (const one of open) if (tell(one, true, crowded === true)) rest[rest.length] = one;
    open = rest;
    const now = it.now();
    // What is prepared belongs to a visitor who comes back.
    if (open.length > 0 || (it.run !== undefined && it.run.phase !== RunPhase.Idle)) busyAt = now;
    return now - busyAt < idleMs;
  }

  return {
    accept: (socket) => {
      tick();
      if (open.length >= mostConnections) tick(true);
      const one = new WebConnection(host, socket, it.now());
      if (open.length >= mostConnections) {
        one.end(it.now(), true);
        return;
      }
      open[open.length] = one;
      const told = (what?: unknown): void => {
        tell(one, what, false);
      };
      socket.on("data", told);
      socket.on("drain", told);
      // It follows every error, too.
      socket.on("close", () => one.closed(it.now()));
    },
    onEvent: (event) => hear(host.told, event as Heard),
    isOpen: () => open.length > 0,
    tick: tick,
  };
};
