import { createHash } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { type Board, boards, findBoard } from "../../boards/index.js";
import type { SafePin } from "../core/app-header.js";
import { buildProgram, type Program } from "../devicescript/build/program.js";
import { SluiceError } from "../errors/sluice-error.js";
import { type Bundle, buildAgent, buildBundle } from "../espruino/build/bundle.js";
import { sha256 } from "../espruino/build/encode-bundle.js";
import type { BuildFlags } from "./build.js";

/** Builds, writes the bundle and its map, and prints what was made. @throws SluiceError */
export async function runBuild(dev: string | undefined, flags: BuildFlags): Promise<void> {
  const board = findBoard(flags.board);
  if (board === undefined) {
    const known = boards.filter(({ espruino, devicescript }) => espruino ?? devicescript).map(({ id }) => id);
    throw new SluiceError(
      "UNKNOWN_BOARD",
      `there is no board "${flags.board}"; there are ${known.join(", ")}`,
    );
  }
  if (board.devicescript !== undefined) return buildForDeviceScript(dev, board, flags);
  const bundle =
    dev === undefined
      ? await buildAgent(board)
      : await buildBundle({
          dev,
          board,
          ...(flags.manifest !== undefined && { manifest: flags.manifest }),
          ...(flags.version !== undefined && { version: flags.version }),
        });
  await writeWhole(flags.output, bundle.bytes);
  await writeWhole(`${flags.output}.map`, Buffer.from(bundle.map));
  for (const warning of bundle.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(summary(bundle, board.id, flags.output))}\n`
      : text(bundle, board.id, flags.output),
  );
}

async function buildForDeviceScript(dev: string | undefined, board: Board, flags: BuildFlags): Promise<void> {
  if (dev === undefined)
    throw new SluiceError("NO_ESPRUINO", `${board.id} has no agent of its own: each program carries it`);
  const program = await buildProgram({
    dev,
    board,
    ...(flags.manifest !== undefined && { manifest: flags.manifest }),
    ...(flags.version !== undefined && { version: flags.version }),
  });
  await writeWhole(flags.output, program.bytes);
  await writeWhole(`${flags.output}.dbg.json`, Buffer.from(program.debug));
  for (const warning of program.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(programSummary(program, board.id, flags.output))}\n`
      : programText(program, board.id, flags.output),
  );
}

function programSummary(program: Program, board: string, file: string): Record<string, unknown> {
  const { facts, bytes, safePins } = program;
  return {
    file,
    debug: `${file}.dbg.json`,
    bytes: bytes.length,
    sha256: sha256(bytes),
    md5: md5(bytes),
    name: facts.name,
    version: facts.version,
    board,
    safePins,
    runtime: `${facts.major}.${facts.minor}`,
  };
}

function programText({ facts, bytes, safePins }: Program, board: string, file: string): string {
  return [
    `${file}  ${facts.name}@${facts.version} for ${board}`,
    `  bytes     ${bytes.length}`,
    `  SHA-256   ${sha256(bytes)}`,
    `  safe pins ${pinsText(safePins)}`,
    `  runtime   DeviceScript ${facts.major}.${facts.minor} or newer`,
    "",
  ].join("\n");
}

function pinsText(pins: readonly SafePin[]): string {
  return pins.map(({ pin, level }) => `${pin} ${level === 0 ? "low" : "high"}`).join(", ") || "none";
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function summary({ header, bytes }: Bundle, board: string, file: string): Record<string, unknown> {
  const { name, version, safePins, agentVersion } = header;
  return {
    file,
    map: `${file}.map`,
    bytes: bytes.length,
    sha256: sha256(bytes),
    name,
    version,
    board,
    safePins,
    agentVersion,
  };
}

function text({ header, bytes }: Bundle, board: string, file: string): string {
  return [
    `${file}  ${header.name}@${header.version} for ${board}`,
    `  bytes     ${bytes.length}`,
    `  SHA-256   ${sha256(bytes)}`,
    `  safe pins ${pinsText(header.safePins)}`,
    "",
  ].join("\n");
}

/** All of the file or nothing of it: a broken build never leaves half a bundle to be uploaded. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new SluiceError(
      "FILE_NOT_WRITABLE",
      `cannot write ${file}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}
