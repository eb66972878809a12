import { type Command, InvalidArgumentError } from "commander";
import { parsePort } from "./upload-target.js";

/** As commander leaves them. */
export interface BoardFlags {
  readonly board: string;
  readonly state?: string;
  readonly app?: string;
  readonly agent?: string;
  readonly firmware?: string;
  readonly passwordFile?: string;
  readonly open?: true;
  readonly port?: number;
  readonly bind: string;
  readonly http?: number;
  readonly bench?: string;
  readonly speed: number;
  readonly force?: true;
  readonly json?: true;
}

export function addBoard(program: Command): void {
  program
    .command("board")
    .description("Run a virtual board, with flash, pins and network, and the firmware that is in its flash.")
    .option("--board <name>", "which board", "esp32-devkit")
    .option("--state <dir>", "where its flash is kept; without it the board forgets everything at the end")
    .option("--app <file>", "bundle that a blank board gets (a board with state keeps its own)")
    .option("--agent <file>", "agent that a blank board gets (else the one of this package)")
    .option("--firmware <file>", "firmware image that a blank board's first slot gets")
    .option("--password-file <file>", "password of a blank board (else SLUICE_PASSWORD)")
    .option("--open", "a blank board that takes updates without a password")
    .option(
      "--port <port>",
      "UDP port here for its listener; 0 takes a free one (else the board's own)",
      port,
    )
    .option("--bind <address>", "address here", "127.0.0.1")
    .option("--http <port>", "turn its web server on, at this port here; 0 takes a free one", port)
    .option(
      "--bench <file>",
      "wiring.json of the valves and switches around it (else the garden's); none for nothing",
    )
    .option("--force", "native boards: also take what a power cut could spoil")
    .option("--speed <n>", "how many times faster than ours its time passes", speed, 1)
    .option("--json", "one event a line, for scripts")
    .addHelpText(
      "after",
      "\nExample:\n  sluice board --state garden.state --app garden.app --password-file garden.password\n" +
        "It prints a line that begins with `ready` when it can be reached, and ends at Ctrl-C.\n",
    )
    .action(async (flags: BoardFlags) => {
      const { runBoard } = await import("./board-run.js");
      await runBoard(flags);
    });
}

function port(text: string): number {
  return text === "0" ? 0 : parsePort(text);
}

function speed(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 1000))
    throw new InvalidArgumentError("A number from 0.1 to 1000 is wanted.");
  return value;
}
