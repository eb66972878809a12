import { randomInt } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Command } from "commander";
import { reasonOf } from "../errors/sluice-error.js";
import { UploadError } from "../host/espota/upload-error.js";
import type { Deadlines } from "../host/options.js";
import { type EspotaOptions, espotaHelp, espotaUsage, OptionError, parseEspotaArgs } from "./espota-args.js";
import { EspotaLog, optionsText } from "./espota-log.js";
import { type Output, processOutput } from "./terminal.js";

/** The arguments are espota.py's, read as Python reads them, so commander hands them through, `-h` included. */
export function addEspota(program: Command): void {
  program
    .command("espota")
    .description("Drop-in for espota.py: same options, texts and exit codes.")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[args...]")
    .action(async (args: string[]) => {
      process.exitCode = await runEspota(args, processOutput({}));
    });
}

interface EspotaIo extends Pick<Output, "out" | "err"> {
  readonly deadlines?: Partial<Deadlines>;
}

/** It gives up after ten seconds without an answer, also without a first one. */
const asTheOriginal: Partial<Deadlines> = { ack: 10_000, firstAck: 10_000 };
/** espota.py's random port is tried this often. */
const portTries = 5;

/** Runs one call of the drop-in and returns its exit code: 0 done, 1 failed, 2 the call was wrong. */
export async function runEspota(args: readonly string[], io: EspotaIo): Promise<number> {
  let options: EspotaOptions;
  try {
    options = parseEspotaArgs(args);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    io.err(`${espotaUsage}\nsluice espota: error: ${error.message}\n`);
    return 2;
  }
  if (options.help) {
    io.out(espotaHelp);
    return 0;
  }
  const log = new EspotaLog(options, io.err);
  const hostPort = options.hostPort ?? randomPort();
  log.line("DEBUG", optionsText(options, hostPort));
  if (options.espIp === "" || options.image === "") {
    log.line("CRITICAL", "Not enough arguments.");
    return 1;
  }
  log.line("INFO", `Starting on ${options.hostIp}:${hostPort}`);
  const file = await signedOrPlain(options.image, log);
  let image: Uint8Array;
  try {
    image = await readFile(file);
  } catch (error) {
    log.line("ERROR", `${file} cannot be read: ${reasonOf(error)}`);
    return 1;
  }
  log.line("INFO", `Upload size: ${image.length}`);
  return send(options, image, hostPort, log, io);
}

async function send(
  options: EspotaOptions,
  image: Uint8Array,
  firstPort: number,
  log: EspotaLog,
  io: EspotaIo,
): Promise<number> {
  const { uploadImage } = await import("../host/upload.js");
  for (let attempt = 1, hostPort = firstPort; ; attempt++, hostPort = randomPort()) {
    try {
      await uploadImage({
        image,
        to: { host: options.espIp, port: options.espPort, hostIp: options.hostIp, hostPort },
        filesystem: options.spiffs,
        password: options.auth,
        passwordHash: options.md5Target ? "md5" : "sha256",
        retries: 0,
        deadlines: { ...asTheOriginal, invitation: options.timeout * 1000, ...io.deadlines },
        onEvent: (event) => log.event(event),
      });
      return 0;
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      const taken = error.code === "LISTEN_FAILED" && options.hostPort === undefined;
      if (taken && attempt < portTries) continue;
      log.failure(error);
      return 1;
    }
  }
}

async function signedOrPlain(file: string, log: EspotaLog): Promise<string> {
  const signed = `${file}.signed`;
  const exists = await stat(signed).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!exists) return file;
  const text = `Detected Signed Update. ${signed} will be uploaded instead.`;
  log.raw(`${text}\n`);
  log.line("INFO", text);
  return signed;
}

function randomPort(): number {
  return randomInt(10_000, 60_001);
}
