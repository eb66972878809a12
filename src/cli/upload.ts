import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Board } from "../../boards/index.js";
import { SluiceError } from "../errors/sluice-error.js";
import { describeEvent } from "../events/describe-event.js";
import type { TimedUploadEvent } from "../events/upload-event.js";
import { readPassword } from "../host/password.js";
import { nodeBytes } from "../node/bytes.js";
import { parseDuration, parsePort, parseTarget } from "./arguments.js";
import { appFolder, buildApp } from "./build-app.js";
import { interruptible, jsonLine, type Output, ProgressBar, plain, processOutput } from "./terminal.js";

/** As commander parses them. */
interface UploadFlags {
  readonly to: { host: string; port: number | undefined };
  readonly filesystem?: true;
  readonly board?: string;
  readonly passwordFile?: string;
  readonly hostPort?: number;
  readonly hostIp?: string;
  readonly dialect?: "esp8266" | "esp32";
  readonly gateway?: string;
  readonly force?: true;
  /** Seconds; false: not even the few that a board requests. */
  readonly wait?: number | false;
  readonly json?: true;
  readonly quiet?: true;
}

export function addUpload(program: Command): void {
  const command = program
    .command("upload")
    .description("Send an image to a board over the air.")
    .argument(
      "[image]",
      "an app folder, which is built first (else this one); bundle (.app), firmware (.bin), Espruino's package (.tgz, .zip, folder, https), filesystem, or DeviceScript program (.devs)",
    )
    .requiredOption(
      "--to <host[:port]>",
      "the board's name or address, and its UDP port (else what its name tells, else 3232)",
      parseTarget,
    )
    .option("--filesystem", "the image is for the filesystem partition")
    .option(
      "--board <name>",
      "which board it is: picks its build out of a package, judges the image before it is sent",
    )
    .option("--password-file <file>", "password on the first line (else SLUICE_PASSWORD, else asked for)")
    .option("--host-port <port>", "TCP port the board connects back to (else a free one)", parsePort)
    .option("--host-ip <address>", "address of this computer to use")
    .addOption(
      program.createOption("--dialect <dialect>", "size of the chunks").choices(["esp8266", "esp32"]),
    )
    .option(
      "--gateway <dir>",
      "DeviceScript: state folder of the running gateway (else SLUICE_GATEWAY, else your own)",
    )
    .option("--force", "DeviceScript: go on when the program on the board does not answer")
    .option(
      "--wait <time>",
      "wait until the board allows updates, e.g. 12h, 30m: window, button",
      parseDuration,
    )
    .option("--no-wait", "fail at once when the board says to try again later")
    .option("--json", "one event a line, for scripts")
    .option("--quiet", "say nothing unless it fails")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice upload garden.app --to garden.local --password-file garden.password\n" +
        "  sluice upload espruino_2v29_esp32.tgz --board esp32-devkit --to garden.local\n",
    )
    .action(async (file: string | undefined, flags: UploadFlags) => {
      const named = file ?? appFolder(undefined);
      if (named === undefined)
        return command.error("error: name an image; this folder has no sluice.json to build one from", {
          exitCode: 2,
        });
      const image = flags.filesystem ? await readImage(named) : await readUpload(named, flags.board);
      await judgeAlone(image, named, flags.filesystem ?? false);
      const password = await readPassword(flags.passwordFile);
      const onEvent = uploadView(processOutput(flags), flags.quiet ?? false);
      await interruptible((signal) => send(image, { ...flags, password }, onEvent, signal), ["SIGINT"]);
    });
}

/** Flags of the verbs that send an image. */
export interface SendChoices
  extends Pick<
    UploadFlags,
    "to" | "filesystem" | "hostIp" | "hostPort" | "dialect" | "gateway" | "force" | "wait"
  > {
  /** Without one it is asked for on a terminal. */
  readonly password: string | undefined;
  readonly askPassword?: (attempt: number) => Promise<string | undefined>;
}

/** Sends an image to a board; a DeviceScript program goes through the gateway. */
export async function send(
  image: Uint8Array,
  choices: SendChoices,
  onEvent: (event: TimedUploadEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { isDeviceScript } = await import("../core/image/devicescript.js");
  if (isDeviceScript(nodeBytes, image.subarray(0, 4))) return throughGateway(image, choices, onEvent, signal);
  const { locateBoard } = await import("../host/discover/local-name.js");
  const { uploadImage } = await import("../host/upload.js");
  const { password, wait, hostIp, hostPort } = choices;
  await uploadImage({
    image,
    filesystem: choices.filesystem ?? false,
    to: { ...(await locateBoard(choices.to)), hostIp, hostPort },
    password,
    askPassword:
      password === undefined && process.stdin.isTTY ? (choices.askPassword ?? askPassword) : undefined,
    chunk: choices.dialect === "esp32" ? 1024 : 1460,
    retries: wait === false ? 0 : 3,
    patience: (wait || 0) * 1000,
    signal,
    onEvent,
  });
}

/** A DeviceScript board listens to its gateway only; `--to` is its name there. */
async function throughGateway(
  program: Uint8Array,
  flags: SendChoices,
  onEvent: (event: TimedUploadEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { EndpointClient } = await import("../devicescript/gateway/endpoint/endpoint-client.js");
  const { gatewayFolder } = await import("../devicescript/gateway/store/state-folder.js");
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
  if (existsSync(join(file, "sluice.json"))) {
    const { bytes, board } = await buildApp(file, { board: boardId });
    await judgeUpload(bytes, board);
    return bytes;
  }
  const { requireBoard } = await import("../image/board-target.js");
  const board = boardId === undefined ? undefined : requireBoard(boardId);
  const isPackage = /\.(tgz|tar\.gz|zip)$|^[a-z]+:\/\//i.test(file) || (await isFolder(file));
  const image = isPackage ? await readPackage(file, board) : await readImage(file);
  if (board !== undefined) await judgeUpload(image, board);
  return image;
}

async function readPackage(source: string, board: Board | undefined): Promise<Uint8Array> {
  if (board === undefined) throw new SluiceError("NEEDS_BOARD", `${source} is a package.`);
  const { readFirmware } = await import("../host/flash/fetch-firmware.js");
  const { findFirmware, judgeEngineVersion } = await import("../host/flash/firmware-package.js");
  const firmware = findFirmware(board, await readFirmware(source));
  judgeEngineVersion(firmware.version);
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

/**
 * Refuses what has no place on the board over the air, before it is sent. Not on Arduino's layouts: how much room the
 * running sketch leaves, the board alone knows.
 * @throws SluiceError with the fault's code
 */
async function judgeUpload(image: Uint8Array, board: Board): Promise<void> {
  if (board.layout.kind === "eboot") return;
  const { judgeForBoard } = await import("../image/judge-file.js");
  const { placeImage } = await import("../image/placement.js");
  const judged = judgeForBoard(image, board);
  const wrong = judged.fault ?? placeImage(board, judged).fault;
  if (wrong !== undefined)
    throw new SluiceError(wrong.code, `${board.id} does not take this image: ${wrong.text}.`);
}

const filesystemKinds = ["littlefs", "spiffs", "fat", "blank"];

/** Before the password is asked for and the equipment stops: that the file is an image, and of the kind that is meant. */
async function judgeAlone(image: Uint8Array, file: string, isFilesystem: boolean): Promise<void> {
  const { judgeBytes } = await import("../image/judge-file.js");
  const { anyTarget } = await import("../core/image/source.js");
  const { outer, fault } = judgeBytes(image, anyTarget);
  const goesThere = filesystemKinds.includes(outer.kind) === isFilesystem;
  if (isFilesystem && outer.kind === "unknown" && outer.size > 0) return;
  if (fault !== undefined) throw new SluiceError(fault.code, `${file} cannot be sent: ${fault.text}.`);
  if (!goesThere)
    throw new SluiceError(
      "WRONG_KIND",
      `${file} is of kind ${outer.kind}, which goes into ${isFilesystem ? "no filesystem" : "a filesystem (--filesystem)"}.`,
    );
}

export async function askPassword(attempt: number): Promise<string | undefined> {
  const { isCancel, password } = await import("@clack/prompts");
  const message = attempt === 1 ? "Password of the board" : "Not accepted. Password of the board";
  const typed = await password({ message, output: process.stderr });
  return isCancel(typed) || typed === undefined ? undefined : typed;
}

/**
 * Shows an upload as it happens. The caller prints failures, except with `json`, where they are an event.
 * @param quiet nothing but failures
 */
export function uploadView(output: Output, quiet: boolean): (event: TimedUploadEvent) => void {
  const { json, out, err } = output;
  if (json)
    return (event) => {
      if (!quiet || event.event === "failed") out(jsonLine(event));
    };
  if (quiet) return () => {};
  const progress = new ProgressBar(output);
  return (event) => {
    if (event.event === "connected" || event.event === "writing") progress.start(event.at);
    if (event.event === "progress") progress.show(event.acknowledged, event.total, event.at);
    const line = event.event === "failed" ? undefined : describeEvent(event);
    if (line !== undefined || event.event === "failed") progress.clear();
    if (line !== undefined) err(`${plain(line)}\n`);
  };
}
