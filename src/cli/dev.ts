import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import type { Board } from "../../boards/index.js";
import type { BoardClock } from "../board/clock.js";
import { SluiceError } from "../errors/sluice-error.js";
import { describeEvent } from "../events/describe-event.js";
import { readPassword } from "../host/password.js";
import { listenPort, parseTarget } from "./arguments.js";
import { boardView, speed, virtualBoard } from "./board.js";
import { appFolder, type Built, buildApp } from "./build-app.js";
import { interruptible, jsonLine, type Output, plain, processOutput } from "./terminal.js";
import { askPassword, send, uploadView } from "./upload.js";

/** As commander parses them. */
interface DevFlags {
  readonly board?: string;
  readonly to?: { readonly host: string; readonly port: number | undefined };
  readonly passwordFile?: string;
  readonly gateway?: string;
  readonly bench?: string;
  readonly http?: number;
  readonly speed: number;
  readonly json?: true;
}

/** `sluice dev`: build, send, watch, again. */
export function addDev(program: Command): void {
  const command = program
    .command("dev")
    .summary("run an app, again after each change that is saved")
    .description(
      "Build an app folder, send it to a virtual board or a real one over the air, show what happens there, and do it again after each change that is saved. Each version goes the way of every update: safe state, verification, trial. While a version does not build, the last good one keeps running. Ctrl-C ends it, with 0.",
    )
    .argument("[app]", "folder with sluice.json (else this one)")
    .option("--board <board>", "the board (else the manifest's)")
    .option("--to <host[:port]>", "a real board's name or address, instead of a virtual board", parseTarget)
    .option("--password-file <file>", "of the real board (else SLUICE_PASSWORD, else asked for once)")
    .option("--gateway <dir>", "DeviceScript: state folder of the running gateway")
    .option("--bench <file>", "wiring.json of what stands around the virtual board (else the app's)")
    .option(
      "--http <port>",
      "the virtual board's web server, at this port here; 0 takes a free one",
      listenPort,
    )
    .option("--speed <n>", "how many times faster than ours the virtual board's time passes", speed, 1)
    .option("--json", "one event a line, for scripts")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice dev\n  sluice dev devs/garden --board esp32-devkit\n  sluice dev --to shed.local\n",
    )
    .action(async (app: string | undefined, flags: DevFlags) => {
      const folder = appFolder(app);
      if (folder === undefined)
        return command.error("error: name an app folder; this one has no sluice.json", { exitCode: 2 });
      const { requireBoard } = await import("../image/board-target.js");
      if (flags.board !== undefined) requireBoard(flags.board);
      await interruptible((signal) => develop(folder, flags, { output: processOutput(flags), signal }));
    });
}

/** Where versions go. */
interface Destination {
  readonly board: Board;
  readonly send: (image: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Where it shows what happens, and what ends it. */
interface Session {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** The virtual board's; else our own time, as fast as the flag has it. */
  readonly clock?: BoardClock;
}

/** What `sluice dev` does, until the signal aborts. */
export async function develop(folder: string, flags: DevFlags, session: Session): Promise<void> {
  const { FolderWatch } = await import("../node/folder-watch.js");
  const { output, signal } = session;
  const files = new FolderWatch(folder);
  let destination: Destination | undefined;
  let sent = Buffer.alloc(0);
  try {
    for (; !signal.aborted; await files.next(signal)) {
      const built = await builtOrShown(folder, flags, session);
      if (built === undefined) continue;
      files.also(built.sources);
      const isSame = sent.equals(built.bytes) && destination?.board === built.board;
      showBuilt(built, isSame, output);
      if (isSame) continue;
      if (destination?.board !== built.board) {
        await destination?.close();
        destination = await open(built.board, folder, flags, session);
      }
      sent = Buffer.from(built.bytes);
      await destination.send(built.bytes).catch((error: unknown) => {
        // It is sent again with the next change, whatever that is.
        sent = Buffer.alloc(0);
        if (!signal.aborted) showError(error, folder, output);
      });
    }
  } catch (error) {
    // Ctrl-C ends esbuild's process as well: a build that was under way fails.
    if (!signal.aborted) throw error;
  } finally {
    files.close();
    await destination?.close();
  }
}

async function builtOrShown(
  folder: string,
  flags: DevFlags,
  { output, signal }: Session,
): Promise<Built | undefined> {
  try {
    return await buildApp(folder, { board: flags.board });
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (!signal.aborted) showError(error, folder, output);
    return undefined;
  }
}

function showBuilt({ facts, bytes, warnings }: Built, isSame: boolean, { json, out, err }: Output): void {
  const { name, version } = facts;
  if (json) out(jsonLine({ event: isSame ? "same" : "built", name, version, bytes: bytes.length, warnings }));
  else if (isSame) out(plain(`built ${name}@${version}: the same bytes, which the board has\n`));
  else {
    out(plain(`built ${name}@${version}, ${bytes.length} bytes\n`));
    for (const warning of warnings) err(plain(`warning: ${warning}\n`));
  }
}

function showError(error: unknown, folder: string, { json, out, err }: Output): void {
  if (!(error instanceof SluiceError)) throw error;
  const lines = problemLines(error, folder);
  if (json) out(jsonLine({ event: "failed", code: error.code, problems: lines }));
  else err(plain(`${lines.join("\n")}\n`));
}

/** Errors as editors find them in a terminal: `file:line:column: error: text`. Paths count from the current folder. */
export function problemLines({ code, message, remedy }: SluiceError, folder: string): string[] {
  const manifest = join(folder, "sluice.json");
  if (code === "BAD_MANIFEST") return [`${manifest}:1:1: error: ${message.replace(`${manifest}: `, "")}`];
  if (code !== "BUILD_FAILED" && code !== "UNSUPPORTED_SYNTAX" && code !== "NOT_YOUR_FILE")
    return [`error: ${code}: ${message}`, `  ${remedy}`];
  return message.split("\n").map((line) => {
    const [, file, row, column, text] = /^(.+?):(\d+):(\d+): (.*)$/.exec(line) ?? [];
    if (file === undefined) return `${manifest}:1:1: error: ${line}`;
    return `${relative(process.cwd(), file)}:${row}:${column}: error: ${text}`;
  });
}

function open(board: Board, folder: string, flags: DevFlags, session: Session): Promise<Destination> {
  if (flags.to !== undefined) return realBoard(board, { ...flags, to: flags.to }, session);
  if (board.espruino !== undefined) return ownBoard(board, folder, flags, session);
  throw new SluiceError(
    "NO_ESPRUINO",
    `${board.id} has no virtual board: name a real one, as its gateway calls it, with --to`,
  );
}

async function realBoard(
  board: Board,
  flags: DevFlags & { readonly to: NonNullable<DevFlags["to"]> },
  { output, signal }: Session,
): Promise<Destination> {
  const given = await readPassword(flags.passwordFile);
  const onEvent = uploadView(output, false);
  let typed: string | undefined;
  const askOnce = async (attempt: number): Promise<string | undefined> => {
    if (attempt > 1 || typed === undefined) typed = await askPassword(attempt);
    return typed;
  };
  return {
    board,
    send: (image) => send(image, { ...flags, password: given, askPassword: askOnce }, onEvent, signal),
    close: async () => undefined,
  };
}

/** A virtual board as it leaves the cable: with the agent alone, and a password that nobody else knows. */
async function ownBoard(
  board: Board,
  folder: string,
  flags: DevFlags,
  { output, signal, clock }: Session,
): Promise<Destination> {
  const { randomBytes } = await import("node:crypto");
  const { makeFlash } = await import("../board/board-flash.js");
  const { chipImage } = await import("../espruino/provision.js");
  const { buildAgent } = await import("../espruino/build/bundle.js");
  const password = randomBytes(12).toString("hex");
  const { bytes: agent } = await buildAgent(board);
  const virtual = await virtualBoard(board, makeFlash(board, await chipImage(board, { agent, password })), {
    bind: "127.0.0.1",
    port: 0,
    http: flags.http,
    speed: flags.speed,
    clock,
    bench: flags.bench ?? benchOf(folder),
  });
  virtual.listen(boardView(virtual, output, flags.http !== undefined));
  await virtual.start();
  await virtual.waitFor("ready", readyMs, 0);
  return {
    board,
    send: async (image) => {
      const to = { host: "127.0.0.1", port: virtual.udpPort };
      // The board shows the rest itself.
      await send(
        image,
        { to, password },
        (event) => {
          const line =
            event.event === "retry" || event.event === "not-now" ? describeEvent(event) : undefined;
          if (line !== undefined && !output.json) output.err(plain(`${line}\n`));
        },
        signal,
      );
    },
    close: () => virtual.stop(),
  };
}

/** How long the agent may take to listen, ms. */
const readyMs = 20_000;

/** The app's wiring.json where it has one as `sluice board` takes it. */
function benchOf(folder: string): string {
  const file = join(folder, "wiring.json");
  return existsSync(file) && readFileSync(file, "utf8").includes('"valves"') ? file : "none";
}
