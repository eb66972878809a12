import { type Command, InvalidArgumentError } from "commander";
import { SluiceError } from "../errors/sluice-error.js";
import type { FoundBoard } from "../host/discover/board-list.js";
import type { DiscoverEvent } from "../host/discover/discover.js";
import { columns, interruptible, jsonLine, type Output, processOutput } from "./terminal.js";

/** As commander parses them. */
interface DiscoverFlags {
  readonly seconds: number;
  readonly interface?: string;
  readonly json?: true;
}

export function addDiscover(program: Command): void {
  program
    .command("discover")
    .summary("list the boards on the network")
    .description(
      "Ask the network for boards that take updates over the air: Sluice's, and all that speak ArduinoOTA. Their names work as targets of `sluice upload --to`.",
    )
    .option("--seconds <n>", "how long to listen; 0: until Ctrl-C", seconds, 5)
    .option("--interface <name>", "name or address of the one interface to use (else all)")
    .option("--json", "one event a line, for scripts: found, changed, gone")
    .addHelpText("after", "\nExample:\n  sluice discover --seconds 3\n")
    .action(async (flags: DiscoverFlags) => {
      const { discoverBoards } = await import("../host/discover/discover.js");
      const view = discoverView(processOutput(flags, process.stdout));
      const boards = await interruptible((signal) =>
        discoverBoards({
          milliseconds: flags.seconds === 0 ? Number.POSITIVE_INFINITY : flags.seconds * 1000,
          interface: flags.interface,
          onEvent: view.show,
          signal,
        }),
      );
      view.end(boards);
      if (boards.length === 0) throw new SluiceError("NO_BOARD_FOUND");
    });
}

function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > 86_400) throw new InvalidArgumentError("A number from 0 to 86400 is wanted.");
  return value;
}

/** On a terminal the table is redrawn as boards come and go; elsewhere it is printed once, at the end. */
export function discoverView({ json, terminal, out }: Omit<Output, "err">): {
  readonly show: (event: DiscoverEvent) => void;
  readonly end: (boards: readonly FoundBoard[]) => void;
} {
  if (json) return { show: (event) => out(jsonLine(event)), end: () => undefined };
  const boards = new Map<string, FoundBoard>();
  let drawn = 0;
  const draw = (all: readonly FoundBoard[]): void => {
    out(`${drawn > 0 ? `\x1b[${drawn}A\x1b[J` : ""}${boardTable(all)}`);
    drawn = all.length + 1;
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

/** The column of update pages is only there where some board has one. */
export function boardTable(boards: readonly FoundBoard[]): string {
  const paged = boards.some(({ page }) => page !== undefined);
  const rows = boards.map((board) => cells(board, paged));
  return columns([paged ? [...heads, "PAGE"] : heads, ...rows]);
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
