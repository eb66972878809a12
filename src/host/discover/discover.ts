import { type Clock, systemClock } from "../../node/clock.js";
import { BoardList, type FoundBoard } from "./board-list.js";
import { type OpenMdns, openMdns } from "./mdns-link.js";

export interface DiscoverEvent {
  readonly event: "found" | "changed" | "gone";
  readonly board: FoundBoard;
}

export interface DiscoverOptions {
  /** How long to listen; default 5000, Infinity until `signal` ends it. */
  readonly milliseconds?: number;
  /** Name or address of the one interface to use; all unless given. */
  readonly interface?: string | undefined;
  readonly onEvent?: ((event: DiscoverEvent) => void) | undefined;
  /** Ends the search early; what was found counts. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  readonly openMdns?: OpenMdns;
}

/** RFC 6762 §5.2: a second between the first two questions, then twice as long each time. */
const firstGapMs = 1000;
const longestGapMs = 60_000;

/**
 * Listens for boards that offer updates (ArduinoOTA, arduino-esp32, Sluice), and queries for them.
 * @returns those that are there at the end, by name
 * @throws SluiceError NO_INTERFACE, NO_MDNS
 */
export async function discoverBoards(options: DiscoverOptions = {}): Promise<FoundBoard[]> {
  const { milliseconds = 5000, onEvent = () => undefined, signal, clock = systemClock } = options;
  const list = new BoardList();
  let known = new Map<string, FoundBoard>();
  const link = await (options.openMdns ?? openMdns)(options.interface, (answers) => {
    list.add(answers);
    known = notifyChanges(known, list.boards(), onEvent);
  });
  let cancel = (): void => undefined;
  let gap = firstGapMs;
  const query = (): void => {
    link.query(list.questions());
    cancel = clock.after(gap, query);
    gap = Math.min(2 * gap, longestGapMs);
  };
  try {
    if (signal?.aborted !== true) {
      query();
      await ended(milliseconds, signal, clock);
    }
    return list.boards();
  } finally {
    cancel();
    await link.close();
  }
}

function ended(milliseconds: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = Number.isFinite(milliseconds) ? clock.after(milliseconds, resolve) : () => undefined;
    signal?.addEventListener(
      "abort",
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
}

function notifyChanges(
  before: ReadonlyMap<string, FoundBoard>,
  now: readonly FoundBoard[],
  emit: (event: DiscoverEvent) => void,
): Map<string, FoundBoard> {
  const after = new Map(now.map((board) => [board.name, board]));
  for (const board of before.values()) if (!after.has(board.name)) emit({ event: "gone", board });
  for (const board of now) {
    const old = before.get(board.name);
    if (old === undefined) emit({ event: "found", board });
    else if (JSON.stringify(old) !== JSON.stringify(board)) emit({ event: "changed", board });
  }
  return after;
}
