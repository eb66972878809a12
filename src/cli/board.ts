import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { Board } from "../../boards/index.js";
import type { BoardClock } from "../board/clock.js";
import { eventLine, formatLine } from "../board/event-line.js";
import type { BoardEvent, EventListener } from "../board/events.js";
import type { NativeBoard } from "../board/native-board.js";
import type { NorFlash } from "../board/nor-flash.js";
import type { VirtualBoard } from "../board/virtual-board.js";
import type { Secrets } from "../core/espota/auth.js";
import { SluiceError } from "../errors/sluice-error.js";
import { readTrust } from "../host/keys/key-file.js";
import { readPassword } from "../host/password.js";
import { readBytes } from "../node/files.js";
import { packageRoot } from "../node/package-root.js";
import { parsePort } from "./arguments.js";
import { jsonLine, type Output, plain, processOutput, untilSignal } from "./terminal.js";

/** As commander parses them. */
interface BoardFlags {
  readonly board: string;
  readonly state?: string;
  readonly app?: string;
  readonly agent?: string;
  readonly firmware?: string;
  readonly passwordFile?: string;
  readonly open?: true;
  readonly trust?: readonly string[];
  readonly strictAuth?: true;
  readonly port?: number;
  readonly bind: string;
  readonly http?: number | undefined;
  readonly bench?: string | undefined;
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
    .option("--trust <file...>", "a blank board that takes only releases signed by these keys (.pub)")
    .option("--strict-auth", "a blank board that takes its password from `sluice upload` only")
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
      const { requireBoard } = await import("../image/board-target.js");
      const board = requireBoard(flags.board);
      const { flash, close } = await flashOf(board, flags);
      const virtual = board.espruino
        ? await virtualBoard(board, flash, flags)
        : await native(board, flash, flags);
      virtual.listen(boardView(virtual, processOutput(flags), flags.http !== undefined));
      const ended = Promise.race([untilSignal(), portTaken(virtual), nothingRuns(virtual)]);
      try {
        await virtual.start();
        await ended;
      } finally {
        await virtual.stop();
        close();
      }
    });
}

function port(text: string): number {
  return text === "0" ? 0 : parsePort(text);
}

/** A factor for the time of a virtual board. */
export function speed(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 1000))
    throw new InvalidArgumentError("A number from 0.1 to 1000 is wanted.");
  return value;
}

/** A board that runs the JavaScript in its flash. */
export async function virtualBoard(
  board: Board,
  flash: NorFlash,
  flags: Pick<BoardFlags, "bind" | "port" | "http" | "speed" | "bench"> & {
    readonly clock?: BoardClock | undefined;
  },
): Promise<VirtualBoard> {
  const { VirtualBoard } = await import("../board/virtual-board.js");
  const { refusedByEngine } = await import("../espruino/build/dialect.js");
  return new VirtualBoard({
    board,
    flash,
    bind: flags.bind,
    udpPort: flags.port ?? board.otaPort,
    httpPort: flags.http ?? 0,
    // On 127.0.0.1 there is no network to announce the board on.
    multicast: !flags.bind.startsWith("127.") && flags.bind !== "0.0.0.0",
    speed: flags.speed,
    clock: flags.clock,
    dialectCheck: refusedByEngine,
    bench: await benchOf(flags),
  });
}

/** A board whose firmware is native: only its flash, its boot loader and the listener are there. */
async function native(board: Board, flash: NorFlash, flags: BoardFlags): Promise<NativeBoard> {
  const { NativeBoard } = await import("../board/native-board.js");
  return new NativeBoard({
    board,
    flash,
    secrets: await nativeSecrets(flags),
    bind: flags.bind,
    udpPort: flags.port ?? board.otaPort,
    speed: flags.speed,
    force: flags.force ?? false,
  });
}

/** Kept beside the flash, as hashes; an Espruino board has them in its Storage. */
async function nativeSecrets(flags: BoardFlags): Promise<Secrets> {
  const file = flags.state === undefined ? undefined : join(flags.state, "settings.json");
  if (file !== undefined && existsSync(file)) return (await readJson(file)) as Secrets;
  const { passwordHashes } = await import("../node/crypto.js");
  const secrets = passwordHashes(await passwordOf(flags));
  if (file !== undefined) await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

/** Undefined: the board takes updates without one. */
async function passwordOf(flags: BoardFlags): Promise<string | undefined> {
  const password = await readPassword(flags.passwordFile);
  if (password === undefined && !flags.open) throw new SluiceError("NO_PASSWORD_SET");
  return password;
}

/** Rejects when a port of the board is in use. */
function portTaken(virtual: VirtualBoard | NativeBoard): Promise<never> {
  return new Promise((_, reject) => {
    virtual.listen((event) => {
      if (event.event === "fault") reject(new SluiceError("PORT_TAKEN", `${String(event["text"])}.`));
    });
  });
}

/**
 * Rejects when nothing is left that could ever happen on the board: no program, no timer, no socket. A board without a loader
 * is such a board, or one whose program has ended the interpreter.
 */
function nothingRuns(virtual: VirtualBoard | NativeBoard): Promise<never> {
  return new Promise((_, reject) => {
    process.once("beforeExit", () => {
      const last = [...virtual.events].reverse().find(({ event }) => Object.hasOwn(lastWords, event));
      const why = last === undefined ? "it never started anything" : lastWords[last.event]?.(last);
      reject(new SluiceError("NOTHING_RUNS", `Nothing runs on the board any more: ${why}.`));
    });
  });
}

/** What a board shows of its end, by event. */
const lastWords: Readonly<Record<string, (event: BoardEvent) => string>> = {
  console: ({ text }) => `the console's last line is ${JSON.stringify(text)}`,
  firmware: ({ text }) => String(text),
  dark: () => "its power is cut",
  start: () => "Storage holds no program that goes on",
  boot: ({ app }) => `${String(app)} has ended the interpreter`,
};

async function flashOf(board: Board, flags: BoardFlags): Promise<{ flash: NorFlash; close: () => void }> {
  const { hasState, makeFlash, openState } = await import("../board/board-flash.js");
  if (flags.state === undefined)
    return { flash: makeFlash(board, await newChip(board, flags)), close: () => undefined };
  if (flags.app !== undefined && hasState(flags.state))
    process.stderr.write(`${flags.state} holds a board already; it keeps its app and password.\n`);
  return openState(board, flags.state, () => newChip(board, flags));
}

/** The flash of a board as it leaves the cable. */
async function newChip(board: Board, flags: BoardFlags): Promise<Uint8Array> {
  const password = await passwordOf(flags);
  if (!board.espruino) return nativeChip(board, flags);
  const { chipImage } = await import("../espruino/provision.js");
  const { buildAgent } = await import("../espruino/build/bundle.js");
  const agent = flags.agent === undefined ? (await buildAgent(board)).bytes : await readBytes(flags.agent);
  return chipImage(board, {
    agent,
    app: flags.app === undefined ? undefined : await readBytes(flags.app),
    firmware: flags.firmware === undefined ? undefined : await readBytes(flags.firmware),
    password,
    open: password === undefined,
    trust: await readTrust(flags.trust),
    strictAuth: flags.strictAuth,
  });
}

/** As flashed by cable: the file from the chip's first byte on, or a blank chip that stands for any firmware. */
async function nativeChip(board: Board, flags: BoardFlags): Promise<Uint8Array> {
  if (flags.trust !== undefined)
    throw new SluiceError("NO_ESPRUINO", `${board.id} does not run Espruino, so it verifies no signature.`);
  if (flags.app !== undefined)
    throw new SluiceError("NO_ESPRUINO", `${board.id} does not run Espruino, so it takes no app.`);
  const chip = new Uint8Array(board.flashSize).fill(0xff);
  if (flags.firmware === undefined) return chip;
  const firmware = await readBytes(flags.firmware);
  if (firmware.length > chip.length)
    throw new SluiceError("NOT_ENOUGH_SPACE", `${flags.firmware} is larger than the chip.`);
  chip.set(firmware);
  return chip;
}

/** What stands around the board: the garden's valves unless the flags name something else, or nothing. */
async function benchOf(flags: Pick<BoardFlags, "bench">): Promise<unknown> {
  if (flags.bench === "none") return undefined;
  if (flags.bench !== undefined) return readJson(flags.bench);
  return readJson(join(packageRoot(), "devs/garden/wiring.json"));
}

async function readJson(file: string): Promise<unknown> {
  const text = (await readBytes(file)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError("BAD_WIRING", `${file} is no JSON.`, { cause });
  }
}

/**
 * Shows what happens on a board: one JSON object a line, or one sentence a line with the board's time.
 * @param ports the agent knows the board's own; clients need ours
 * @param web the web server was requested: print where it is
 */
export function boardView(
  ports: Pick<VirtualBoard | NativeBoard, "udpPort" | "httpPort">,
  { json, out }: Pick<Output, "json" | "out">,
  web: boolean,
): EventListener {
  let wasReady = false;
  return (event) => {
    const { udp, http } = event;
    const ours = { udp: ports.udpPort ?? udp, http: (web ? ports.httpPort : undefined) ?? http };
    const shown = event.event === "ready" ? { ...event, ...ours } : event;
    if (json) out(jsonLine(shown));
    else if (shown.event === "ready" && !wasReady) out(`${plain(readyLine(shown))}\n`);
    else {
      const line = eventLine(shown);
      if (line !== undefined) out(`${plain(formatLine(shown.t, line))}\n`);
    }
    wasReady ||= event.event === "ready";
  };
}

function readyLine(event: BoardEvent): string {
  const http = event["http"] === undefined ? "" : ` http=${String(event["http"])}`;
  return `ready udp=${String(event["udp"])} app=${String(event["app"])} slot=${String(event["slot"])}${http}`;
}
