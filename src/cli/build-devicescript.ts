import { createHash } from "node:crypto";
import type { Board } from "../../boards/index.js";
import { buildProgram, type Program } from "../devicescript/build/program.js";
import { SluiceError } from "../errors/sluice-error.js";
import { sha256 } from "../espruino/build/encode-bundle.js";
import type { BuildFlags } from "./build.js";
import { pinsText, writeWhole } from "./built-file.js";

/** Builds a program for a DeviceScript board, writes it and its debug information, and prints what was made. */
export async function buildForDeviceScript(
  dev: string | undefined,
  board: Board,
  flags: BuildFlags,
): Promise<void> {
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

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
