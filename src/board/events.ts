/**
 * What happened on or around the board; `t` is the board's clock in ms. The board itself reports `start` (the chip has
 * come up; `reason`), `firmware`, `console` (`text`), `listening` (`protocol`, `port`, `hostPort`), `reset` (`reason`),
 * `hang`, `abort`, `dark` and `fault` (`text`); the bench `valve` and `pump`. All others come from the agent in the
 * firmware (`E.emit("sluice", {event, ...})`) with whatever members it gave them.
 */
export interface BoardEvent {
  readonly t: number;
  readonly event: string;
  readonly [member: string]: unknown;
}

export type EventListener = (event: BoardEvent) => void;

/** Keeps what happened, passes it on to listeners, and lets callers wait for it. */
export class EventLog {
  readonly events: BoardEvent[] = [];
  readonly #listeners = new Set<EventListener>();

  constructor(private readonly now: () => number) {}

  add(event: { readonly event: string; readonly [member: string]: unknown }): void {
    const entry: BoardEvent = { t: Math.round(this.now()), ...event };
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
   * Resolves with the next event of a name or that passes a test, or one that has happened since event number `from`.
   * @param timeoutMs of real time, after which it rejects and names the last events
   */
  waitFor(
    what: string | ((event: BoardEvent) => boolean),
    timeoutMs = 10_000,
    from = this.events.length,
  ): Promise<BoardEvent> {
    const fits = typeof what === "string" ? (event: BoardEvent) => event.event === what : what;
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
