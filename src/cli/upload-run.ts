import { readFile, stat } from "node:fs/promises";
import { hostname } from "node:os";
import type { Board } from "../../boards/index.js";
import { EndpointClient } from "../devicescript/gateway/endpoint/endpoint-client.js";
import { gatewayFolder } from "../devicescript/gateway/store/state-folder.js";
import { looksLikeProgram } from "../devicescript/gateway/upload.js";
import { SluiceError } from "../errors/sluice-error.js";
import type { TimedUploadEvent } from "../events/upload-event.js";
import { locateBoard } from "../host/discover/local-name.js";
import { readFirmware } from "../host/flash/fetch-firmware.js";
import { findFirmware, judgeVersion } from "../host/flash/firmware-package.js";
import { judgeUpload } from "../host/judge-upload.js";
import { readPassword } from "../host/password.js";
import { uploadImage } from "../host/upload.js";
import { requireBoard } from "../image/board-target.js";
import type { UploadFlags } from "./upload.js";
import { uploadView } from "./upload-view.js";

/** What `sluice upload` does. Rejects with SluiceError; the caller prints it and chooses the exit code. */
export async function upload(file: string, flags: UploadFlags): Promise<void> {
  const image = flags.filesystem ? await readImage(file) : await readUpload(file, flags.board);
  const program = looksLikeProgram(image) ? image : undefined;
  const password = program === undefined ? await readPassword(flags.passwordFile) : undefined;
  const cancel = new AbortController();
  const interrupted = () => cancel.abort();
  process.once("SIGINT", interrupted);
  const onEvent = uploadView({
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    terminal: process.stderr.isTTY ?? false,
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  });
  try {
    if (program !== undefined) return await throughGateway(program, flags, onEvent, cancel.signal);
    const where = await locateBoard(flags.to);
    await uploadImage({
      image,
      filesystem: flags.filesystem ?? false,
      to: { ...where, hostIp: flags.hostIp, hostPort: flags.hostPort },
      password,
      askPassword: password === undefined && process.stdin.isTTY ? askPassword : undefined,
      chunk: flags.dialect === "esp32" ? 1024 : 1460,
      retries: flags.wait === false ? 0 : 3,
      patience: (flags.wait || 0) * 1000,
      signal: cancel.signal,
      onEvent,
    });
  } finally {
    process.removeListener("SIGINT", interrupted);
  }
}

/** A DeviceScript board listens to its gateway only; `--to` is its name there. */
async function throughGateway(
  program: Uint8Array,
  flags: UploadFlags,
  onEvent: (event: TimedUploadEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  await new EndpointClient(gatewayFolder(flags.gateway)).upload(flags.to.host, {
    program,
    from: hostname(),
    force: flags.force ?? false,
    retries: flags.wait === false ? 0 : 3,
    onEvent,
    signal,
  });
}

async function readUpload(file: string, boardId: string | undefined): Promise<Uint8Array> {
  const board = boardId === undefined ? undefined : requireBoard(boardId);
  const isPackage = /\.(tgz|tar\.gz|zip)$|^[a-z]+:\/\//i.test(file) || (await isFolder(file));
  const image = isPackage ? await readPackage(file, board) : await readImage(file);
  if (board !== undefined) judgeUpload(image, board);
  return image;
}

async function readPackage(source: string, board: Board | undefined): Promise<Uint8Array> {
  if (board === undefined) throw new SluiceError("NEEDS_BOARD", `${source} is a package.`);
  const firmware = findFirmware(board, await readFirmware(source));
  judgeVersion(firmware.version);
  return firmware.app;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function readImage(file: string): Promise<Uint8Array> {
  let image: Uint8Array;
  try {
    image = await readFile(file);
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new SluiceError("FILE_NOT_READABLE", `${file} cannot be read${why}.`, { cause });
  }
  if (image.length === 0) throw new SluiceError("EMPTY_IMAGE", `${file} is empty.`);
  return image;
}

async function askPassword(attempt: number): Promise<string | undefined> {
  const { isCancel, password } = await import("@clack/prompts");
  const message = attempt === 1 ? "Password of the board" : "Not accepted. Password of the board";
  const typed = await password({ message, output: process.stderr });
  return isCancel(typed) || typed === undefined ? undefined : typed;
}
