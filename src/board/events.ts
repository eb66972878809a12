import type { ResetReason } from "./rtc.js";

/**
 * What happened on or around the board; `t` is the board's clock in ms. The board itself tells of `start` (the
 * chip has come up), `console`, `listening`, `reset`, `hang`, `dark` and `fault`; the bench of `valve` and `pump`; all others come from the
 * agent in the firmware (`E.emit("sluice", {event, ...})`) with whatever members it gave them.
 */
export interface BoardEvent {
  readonly t: number;
  readonly event: string;
  readonly [member: string]: unknown;
}

export type EventListener = (event: BoardEvent) => void;

/** What the board itself can say; see BoardEvent. */
export type OwnEvent =
  | { readonly event: "start"; readonly reason: ResetReason }
  | { readonly event: "console"; readonly text: string }
  | {
      readonly event: "listening";
      readonly protocol: "udp" | "tcp";
      readonly port: number;
      readonly hostPort: number;
    }
  | { readonly event: "reset"; readonly reason: ResetReason }
  | { readonly event: "hang" }
  | { readonly event: "dark" }
  | { readonly event: "fault"; readonly text: string };

/** Keeps what happened, tells it on, and lets callers wait for it. */
export class EventLog {
  readonly events: BoardEvent[] = [];
  readonly #listeners = new Set<EventListener>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(event: OwnEvent | { readonly event: string; readonly [member: string]: unknown }): void {
    const entry: BoardEvent = { t: Math.round(this.#now()), ...event };
    this.events.push(entry);
    for (const listener of [...this.#listeners]) listener(entry);
  }

  /** @returns what ends it */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Resolves with the next event that fits, or one that has happened since event number `from`.
   * @param timeoutMs of our time, after which it rejects and names the last events
   */
  waitFor(
    fits: (event: BoardEvent) => boolean,
    timeoutMs: number,
    from = this.events.length,
  ): Promise<BoardEvent> {
    const past = this.events.slice(from).find(fits);
    if (past) return Promise.resolve(past);
    return new Promise((resolve, reject) => {
      const stop = this.listen((event) => {
        if (!fits(event)) return;
        clearTimeout(timer);
        stop();
        resolve(event);
      });
      const timer = setTimeout(() => {
        stop();
        const last = this.events.slice(-8).map((event) => JSON.stringify(event));
        reject(new Error(`nothing of that kind in ${timeoutMs} ms; last events:\n${last.join("\n")}`));
      }, timeoutMs);
    });
  }
}
