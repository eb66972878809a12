import { join } from "node:path";
import type { Board, DeviceScriptPort } from "../../../boards/index.js";
import { BundleKind, Engine, type SafePin } from "../../core/bundle/header.js";
import type { DevsProgram } from "../../core/image/judgement.js";
import { anyTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { bundleFieldFault } from "../../espruino/build/encode-bundle.js";
import { type Manifest, readDevManifest } from "../../espruino/build/manifest.js";
import { judgeBytes } from "../../image/judge-file.js";
import { seal, withVersion } from "./bytecode.js";
import { compilerVersion, findCompiler } from "./compiler.js";
import { programSources } from "./sources.js";
import { compileProgram } from "./workshop.js";

export interface ProgramRequest {
  /** The folder, e.g. `devs/garden-devicescript`. */
  readonly dev: string;
  /** Another manifest than `sluice.json` in the folder. */
  readonly manifest?: string;
  readonly board: Board;
  /** Overrides the manifest's. */
  readonly version?: string;
}

export interface Program {
  /** The `*.devs` file. */
  readonly bytes: Uint8Array;
  /** The compiler's debug information, JSON. */
  readonly debug: string;
  readonly facts: DevsProgram;
  readonly safePins: readonly SafePin[];
  /** Sentences for the user; nothing that stops the build. */
  readonly warnings: readonly string[];
}

/**
 * The DeviceScript program of a dev folder. Same sources, same bytes.
 * @throws SluiceError FILE_NOT_READABLE, BAD_MANIFEST, BUILD_FAILED, BUNDLE_TOO_LARGE, NO_DEVICESCRIPT,
 * NO_DEVICESCRIPT_FIRMWARE
 */
export async function buildProgram(request: ProgramRequest): Promise<Program> {
  const { devicescript: port } = request.board;
  if (port === undefined)
    throw new SluiceError("NO_DEVICESCRIPT_FIRMWARE", `DeviceScript has no firmware for ${request.board.id}`);
  const manifest = await readDevManifest(request.dev, request.manifest);
  const version = request.version ?? manifest.version;
  refuseFields(manifest, version);
  refusePins(request.board, port, manifest.safePins);
  const compiler = findCompiler(request.dev);
  const sources = programSources(join(request.dev, manifest.entry));
  const { bytecode, debug } = await compileProgram(compiler, manifest.name, sources, manifest.safePins);
  const bytes = seal(withVersion(bytecode, version));
  const { outer, fault } = judgeBytes(bytes, anyTarget);
  if (fault !== undefined || outer.program === undefined)
    throw new SluiceError("BUILD_FAILED", `the compiler made no sound program: ${fault?.text ?? outer.kind}`);
  if (bytes.length > port.programRoom)
    throw new SluiceError(
      "BUNDLE_TOO_LARGE",
      `${manifest.name} ${version} has ${bytes.length} bytes; ${request.board.id} takes ${port.programRoom}`,
    );
  return {
    bytes,
    debug,
    facts: outer.program,
    safePins: manifest.safePins,
    warnings: warningsOf(manifest.name, manifest.safePins, compiler.version),
  };
}

/** Every safe pin must be able to be an output on this board. */
function refusePins(board: Board, { outputPins }: DeviceScriptPort, pins: readonly SafePin[]): void {
  const wrong = pins.find(({ pin }) => !outputPins.includes(pin));
  if (wrong !== undefined)
    throw new SluiceError(
      "BAD_MANIFEST",
      `pin ${wrong.pin} cannot be a safe pin on ${board.id}; there are ${outputPins.join(", ")}`,
    );
}

/** Name, version and pins keep to the limits of a bundle, so that every way of updating can show them. */
function refuseFields({ name, safePins }: Manifest, version: string): void {
  const fields = { kind: BundleKind.App, engine: Engine.DeviceScript, family: 0, agentVersion: "" };
  const wrong = bundleFieldFault({ ...fields, name, version, safePins });
  if (wrong !== undefined) throw new SluiceError("BAD_MANIFEST", wrong);
}

function warningsOf(name: string, safePins: readonly SafePin[], version: string): string[] {
  const warnings: string[] = [];
  if (safePins.length === 0)
    warnings.push(`${name} names no safe pins: at start the runtime leaves every pin as the chip has it`);
  if (version !== compilerVersion)
    warnings.push(`built with @devicescript/cli ${version}; Sluice is tested with ${compilerVersion}`);
  return warnings;
}
