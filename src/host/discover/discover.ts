import { BoardList, type FoundBoard } from "./board-list.js";
import { type MdnsOptions, searchMdns } from "./mdns-link.js";

export interface DiscoverEvent {
  readonly event: "found" | "changed" | "gone";
  readonly board: FoundBoard;
}

export interface DiscoverOptions extends MdnsOptions {
  /** How long to listen; default 5000, Infinity until `signal` ends it. */
  readonly milliseconds?: number;
  readonly onEvent?: ((event: DiscoverEvent) => void) | undefined;
  /** Ends the search early; what was found counts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Listens for boards that offer updates (ArduinoOTA, arduino-esp32, Sluice), and queries the network for them.
 * @returns those that are there at the end, by name
 * @throws SluiceError NO_INTERFACE, NO_MDNS
 */
export async function discoverBoards(options: DiscoverOptions = {}): Promise<FoundBoard[]> {
  const { milliseconds = 5000, onEvent = () => undefined, signal } = options;
  const list = new BoardList();
  let known = new Map<string, FoundBoard>();
  await searchMdns(options, {
    questions: () => list.questions(),
    onAnswers: (answers) => {
      list.add(answers);
      known = notifyChanges(known, list.boards(), onEvent);
    },
    milliseconds,
    signal,
    longestGapMs: 60_000,
  });
  return list.boards();
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
