import type { FoundBoard } from "../host/discover/board-list.js";
import type { DiscoverEvent } from "../host/discover/discover.js";

export interface DiscoverViewOptions {
  readonly json: boolean;
  /** A terminal has its table redrawn as boards come and go; anything else gets it once, at the end. */
  readonly terminal: boolean;
  readonly out: (text: string) => void;
}

export interface DiscoverView {
  readonly show: (event: DiscoverEvent) => void;
  readonly end: (boards: readonly FoundBoard[]) => void;
}

export function discoverView({ json, terminal, out }: DiscoverViewOptions): DiscoverView {
  if (json) return { show: (event) => out(`${JSON.stringify(event)}\n`), end: () => undefined };
  const boards = new Map<string, FoundBoard>();
  let drawn = 0;
  const draw = (all: readonly FoundBoard[]): void => {
    const lines = boardTable(all);
    out(`${drawn > 0 ? `\x1b[${drawn}A\x1b[J` : ""}${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines.length;
  };
  return {
    show: ({ event, board }) => {
      if (event === "gone") boards.delete(board.name);
      else boards.set(board.name, board);
      if (terminal) draw([...boards.values()].sort((a, b) => a.name.localeCompare(b.name)));
    },
    end: (all) => {
      if (!terminal && all.length > 0) draw(all);
    },
  };
}

const heads = ["NAME", "ADDRESS", "BOARD", "AUTH", "APP", "VERSION"];

/** Lines of the table; a column of update pages only where some board has one. */
export function boardTable(boards: readonly FoundBoard[]): string[] {
  const paged = boards.some(({ page }) => page !== undefined);
  const rows = boards.map((board) => cells(board, paged).map(printable));
  const all = [paged ? [...heads, "PAGE"] : heads, ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
}

function cells(board: FoundBoard, paged: boolean): string[] {
  const [app, version = "-"] = board.app?.split("@") ?? ["-"];
  return [
    board.host,
    `${board.address}:${board.port}`,
    board.board || "-",
    board.auth === undefined ? "?" : board.auth ? "yes" : "no",
    app,
    version,
    ...(paged ? [board.page ?? "-"] : []),
  ];
}

/** What a stranger on the network sends must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a1-\uffff]/g, "?");
}
