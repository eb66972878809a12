import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { parseAppHeader, type SafePin } from "../core/bundle/header.js";
import { SluiceError } from "../errors/sluice-error.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";
import { writeWhole } from "../node/files.js";
import { appFolder, type BuildChoices, type Built, buildAgentFor, buildApp, builtName } from "./build-app.js";
import {
  addReleaseFlags,
  passphraseSource,
  type ReleaseFlags,
  type SignedImage,
  signImage,
} from "./release.js";
import { plain, printResult } from "./terminal.js";

interface BuildFlags extends BuildChoices, ReleaseFlags {
  readonly output?: string;
  readonly agent?: true;
  /** Name of the key. */
  readonly sign?: string;
  readonly json?: true;
}

export function addBuild(program: Command): void {
  const command = program
    .command("build")
    .summary("make a bundle of an app folder, or of the agent")
    .description(
      "Bundle and minify an app folder for the board's JavaScript engine. What the engine lacks fails the build, with file, line and what to write instead. The source map goes beside the bundle, for `sluice explain`. For a DeviceScript board (esp32-devicescript, …) the program is compiled by DeviceScript's own compiler, sealed with a checksum, and its debug information goes beside it.",
    )
    .argument("[app]", "folder with sluice.json, e.g. devs/garden (else this one)")
    .option("--board <board>", "the board it is for (else the manifest's; `sluice boards` lists them)")
    .option("-o, --output <file>", "where the bundle goes (else NAME-VERSION.app of the manifest)")
    .option("--agent", "build Sluice's own agent instead of an app folder")
    .option("--manifest <file>", "another manifest than APP/sluice.json")
    .option("--version <version>", "another version than the manifest's")
    .option("--sign <key>", `sign what is built with this key, as \`sluice sign\` does: ${passphraseSource}`);
  addReleaseFlags(command, false)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice build devs/garden --board esp32-devkit -o garden.app\n  sluice build devs/garden-devicescript --board esp32-devicescript -o garden.devs\n  sluice build devs/garden --board esp32-devkit -o garden.app --sign garden --counter 7\n",
    )
    .action(async (dev: string | undefined, flags: BuildFlags) => {
      const built = await build(dev, flags, command);
      const { board, debug, facts, more } = built;
      const signed = await signedOf(built.bytes, flags);
      const { bytes = built.bytes, release } = signed ?? {};
      const file = flags.output ?? builtName(built);
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
        release,
        warnings,
      };
      const lines = [
        `${file}  ${name}@${version} for ${board.id}`,
        `  bytes     ${bytes.length}`,
        `  SHA-256   ${sha256}`,
        `  safe pins ${pinsText(safePins)}`,
      ];
      if (signed !== undefined) lines.push(`  signature ${signed.words}`);
      if ("runtime" in more) lines.push(`  runtime   DeviceScript ${more.runtime} or newer`);
      printResult(flags.json, result, `${lines.join("\n")}\n`);
    });
}

async function build(dev: string | undefined, flags: BuildFlags, command: Command): Promise<Built> {
  if ((flags.sign === undefined) !== (flags.counter === undefined))
    command.error("error: --sign and --counter go together", { exitCode: 2 });
  const folder = flags.agent ? dev : appFolder(dev);
  if ((folder === undefined) === (flags.agent === undefined))
    command.error("error: name either an app folder, one with a sluice.json, or --agent", { exitCode: 2 });
  if (folder !== undefined) return buildApp(folder, flags);
  if (flags.board === undefined) throw new SluiceError("NEEDS_BOARD", "An agent is built for one board.");
  const { requireBoard } = await import("../image/board-target.js");
  return buildAgentFor(requireBoard(flags.board));
}

async function signedOf(image: Uint8Array, flags: BuildFlags): Promise<SignedImage | undefined> {
  const { sign, counter } = flags;
  return sign === undefined || counter === undefined ? undefined : signImage(image, sign, counter, flags);
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
