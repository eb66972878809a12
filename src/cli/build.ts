import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { Board } from "../../boards/index.js";
import { type AppHeader, parseAppHeader, type SafePin } from "../core/bundle/header.js";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";
import { plain, printResult } from "./terminal.js";

interface BuildFlags {
  readonly board: string;
  readonly output: string;
  readonly agent?: true;
  readonly manifest?: string;
  readonly version?: string;
  readonly json?: true;
}

export function addBuild(program: Command): void {
  const command = program
    .command("build")
    .summary("make a bundle of a dev folder, or of the agent")
    .description(
      "Bundle and minify a dev folder for the board's JavaScript engine. What the engine lacks fails the build, with file, line and what to write instead. The source map goes beside the bundle, for `sluice explain`. For a DeviceScript board (esp32-devicescript, …) the program is compiled by DeviceScript's own compiler, sealed with a checksum, and its debug information goes beside it.",
    )
    .argument("[dev]", "folder with sluice.json, e.g. devs/garden")
    .requiredOption("--board <board>", "the board it is for")
    .requiredOption("-o, --output <file>", "where the bundle goes, e.g. garden.app")
    .option("--agent", "build Sluice's own agent instead of a dev folder")
    .option("--manifest <file>", "another manifest than DEV/sluice.json")
    .option("--version <version>", "another version than the manifest's")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice build devs/garden --board esp32-devkit -o garden.app\n  sluice build devs/garden-devicescript --board esp32-devicescript -o garden.devs\n",
    )
    .action(async (dev: string | undefined, flags: BuildFlags) => {
      if ((dev === undefined) === (flags.agent === undefined))
        command.error("error: name either a dev folder or --agent", { exitCode: 2 });
      const { requireBoard } = await import("../image/board-target.js");
      const board = requireBoard(flags.board);
      const file = flags.output;
      const build = board.devicescript === undefined ? buildForEspruino : buildForDeviceScript;
      const { bytes, debug, facts, more, ...built } = await build(dev, board, flags);
      const { name, version, safePins } = facts;
      const warnings = [...built.warnings, ...(await uncovered(facts, file))];
      await writeWhole(file, bytes);
      await writeWhole(`${file}${debug.ending}`, Buffer.from(debug.text));
      for (const warning of warnings) process.stderr.write(plain(`warning: ${warning}\n`));
      const sha256 = hashOf("sha256", bytes);
      const result = {
        file,
        [debug.key]: `${file}${debug.ending}`,
        ...{ bytes: bytes.length, sha256 },
        md5: debug.key === "debug" ? hashOf("md5", bytes) : undefined,
        ...{ name, version, board: board.id, safePins },
        ...more,
        warnings,
      };
      const lines = [
        `${file}  ${name}@${version} for ${board.id}`,
        `  bytes     ${bytes.length}`,
        `  SHA-256   ${sha256}`,
        `  safe pins ${pinsText(safePins)}`,
      ];
      if ("runtime" in more) lines.push(`  runtime   DeviceScript ${more.runtime} or newer`);
      printResult(flags.json, result, `${lines.join("\n")}\n`);
    });
}

/** What was built, for either engine. */
interface Built {
  readonly bytes: Uint8Array;
  readonly warnings: readonly string[];
  /** What goes beside it: its key in the result, what its name ends in, and what is in it. */
  readonly debug: { readonly key: "map" | "debug"; readonly ending: string; readonly text: string };
  readonly facts: Pick<AppHeader, "name" | "version"> & { readonly safePins: readonly SafePin[] };
  readonly more: { readonly agentVersion: string } | { readonly runtime: string };
}

async function buildForEspruino(dev: string | undefined, board: Board, flags: BuildFlags): Promise<Built> {
  const { buildAgent, buildBundle } = await import("../espruino/build/bundle.js");
  const bundle = dev === undefined ? await buildAgent(board) : await buildBundle({ ...flags, dev, board });
  const { bytes, warnings, header, map: text } = bundle;
  const { agentVersion } = header;
  return {
    bytes,
    warnings,
    debug: { key: "map", ending: ".map", text },
    facts: header,
    more: { agentVersion },
  };
}

async function buildForDeviceScript(
  dev: string | undefined,
  board: Board,
  flags: BuildFlags,
): Promise<Built> {
  if (dev === undefined)
    throw new SluiceError("NO_ESPRUINO", `${board.id} has no agent of its own: each program carries it`);
  const { buildProgram } = await import("../devicescript/build/program.js");
  const { bytes, warnings, facts, safePins, debug: text } = await buildProgram({ ...flags, dev, board });
  const debug = { key: "debug", ending: ".dbg.json", text } as const;
  const more = { runtime: `${facts.major}.${facts.minor}` };
  return { bytes, warnings, debug, facts: { ...facts, safePins }, more };
}

function pinsText(pins: readonly SafePin[]): string {
  return pins.map(({ pin, level }) => `${pin} ${levelText(level)}`).join(", ") || "none";
}

const levelText = (level: number): string => (level === 0 ? "low" : "high");

/** Warnings about safe pins of the application's bundle that lies there, and that this one leaves alone. */
async function uncovered({ name, safePins }: Built["facts"], file: string): Promise<string[]> {
  const before = await readFile(file).catch(() => new Uint8Array());
  const header = parseAppHeader(nodeBytes, nodeCrypto.crc32, before);
  if (typeof header === "string" || header.name !== name) return [];
  return header.safePins
    .filter((old) => !safePins.some(({ pin, level }) => pin === old.pin && level === old.level))
    .map(({ pin, level }) => {
      const rest = `the ${name}@${header.version} that was there keeps it ${levelText(level)}`;
      return safePins.some((own) => own.pin === pin)
        ? `pin ${pin} has another safe level; ${rest}`
        : `pin ${pin} is no longer among the safe pins; ${rest}`;
    });
}

function hashOf(algorithm: "md5" | "sha256", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** All of the file or nothing of it: a broken build never leaves half a bundle to be uploaded. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new SluiceError("FILE_NOT_WRITABLE", `cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}
