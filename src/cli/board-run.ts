import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import { hasState, makeFlash, openState } from "../board/board-flash.js";
import { NativeBoard } from "../board/native-board.js";
import type { NorFlash } from "../board/nor-flash.js";
import { VirtualBoard } from "../board/virtual-board.js";
import type { Secrets } from "../core/espota/auth.js";
import { SluiceError } from "../errors/sluice-error.js";
import { refusedByEngine } from "../espruino/build/dialect.js";
import { readPassword } from "../host/password.js";
import { requireBoard } from "../image/board-target.js";
import { passwordHashes } from "../node/crypto.js";
import { packageRoot } from "../node/package-root.js";
import type { BoardFlags } from "./board.js";
import { boardView } from "./board-view.js";

/** What `sluice board` does: runs until SIGINT or SIGTERM. Rejects with SluiceError when it cannot. */
export async function runBoard(flags: BoardFlags): Promise<void> {
  const board = requireBoard(flags.board);
  const { flash, close } = await flashOf(board, flags);
  const virtual = board.espruino ? await scripted(board, flash, flags) : await native(board, flash, flags);
  virtual.listen(
    boardView(virtual, {
      json: flags.json ?? false,
      web: flags.http !== undefined,
      out: (text) => process.stdout.write(text),
    }),
  );
  const ended = untilSignal(virtual);
  try {
    await virtual.start();
    await ended;
  } finally {
    await virtual.stop();
    close();
  }
}

/** A board that runs the JavaScript in its flash. */
async function scripted(board: Board, flash: NorFlash, flags: BoardFlags): Promise<VirtualBoard> {
  const bench = await benchOf(flags);
  return new VirtualBoard({
    board,
    flash,
    bind: flags.bind,
    udpPort: flags.port ?? board.otaPort,
    httpPort: flags.http ?? 0,
    // 127.0.0.1 is no network that the board could tell of itself.
    multicast: !flags.bind.startsWith("127.") && flags.bind !== "0.0.0.0",
    speed: flags.speed,
    dialectCheck: refusedByEngine,
    ...(bench === undefined ? {} : { bench }),
  });
}

/** A board whose firmware is native: only its flash, its boot loader and the listener are there. */
async function native(board: Board, flash: NorFlash, flags: BoardFlags): Promise<NativeBoard> {
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
  const password = await readPassword(flags.passwordFile);
  if (password === undefined && !flags.open) throw new SluiceError("NO_PASSWORD_SET");
  const secrets = passwordHashes(password);
  if (file !== undefined) await writeFile(file, JSON.stringify(secrets));
  return secrets;
}

/** Resolves at SIGINT or SIGTERM; rejects when a port of the board cannot be had. */
function untilSignal(virtual: VirtualBoard | NativeBoard): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => resolve();
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
    virtual.listen((event) => {
      if (event.event === "fault") reject(new SluiceError("PORT_TAKEN", `${String(event["text"])}.`));
    });
  });
}

async function flashOf(board: Board, flags: BoardFlags): Promise<{ flash: NorFlash; close: () => void }> {
  if (flags.state === undefined)
    return { flash: makeFlash(board, await newChip(board, flags)), close: () => undefined };
  if (flags.app !== undefined && hasState(flags.state))
    process.stderr.write(`${flags.state} holds a board already; it keeps its app and password.\n`);
  return openState(board, flags.state, () => newChip(board, flags));
}

/** The flash of a board as it leaves the cable. */
async function newChip(board: Board, flags: BoardFlags): Promise<Uint8Array> {
  const password = await readPassword(flags.passwordFile);
  if (password === undefined && !flags.open) throw new SluiceError("NO_PASSWORD_SET");
  if (!board.espruino) return nativeChip(board, flags);
  const { chipImage } = await import("../espruino/provision.js");
  const { buildAgent } = await import("../espruino/build/bundle.js");
  const agent = flags.agent === undefined ? (await buildAgent(board)).bytes : await readBytes(flags.agent);
  return chipImage(board, {
    agent,
    ...(flags.app === undefined ? {} : { app: await readBytes(flags.app) }),
    ...(flags.firmware === undefined ? {} : { firmware: await readBytes(flags.firmware) }),
    ...(password === undefined ? { open: true } : { password }),
  });
}

/** As flashed by cable: the file from the chip's first byte on, or a blank chip that stands for any firmware. */
async function nativeChip(board: Board, flags: BoardFlags): Promise<Uint8Array> {
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

/** What stands around the board: the garden's valves unless something else, or nothing, is asked for. */
async function benchOf(flags: BoardFlags): Promise<unknown> {
  if (flags.bench === "none") return undefined;
  if (flags.bench !== undefined) return readJson(flags.bench);
  return readJson(join(packageRoot(), "devs/garden/wiring.json"));
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `${file} cannot be read.`, { cause });
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = Buffer.from(await readBytes(file)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SluiceError("BAD_WIRING", `${file} is no JSON.`, { cause });
  }
}
