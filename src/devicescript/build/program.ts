import { join } from "node:path";
import type { Board, DeviceScriptPort } from "../../../boards/index.js";
import type { SafePin } from "../../core/bundle/header.js";
import type { DevsProgram } from "../../core/image/judgement.js";
import { anyTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { type BuildRequest, readDevManifest } from "../../espruino/build/manifest.js";
import { judgeBytes } from "../../image/judge-file.js";
import { seal, withVersion } from "./bytecode.js";
import { compilerVersion, findCompiler } from "./compiler.js";
import { programSources } from "./sources.js";
import { compileProgram } from "./workshop.js";

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
export async function buildProgram(request: BuildRequest): Promise<Program> {
  const { devicescript: port } = request.board;
  if (port === undefined)
    throw new SluiceError("NO_DEVICESCRIPT_FIRMWARE", `DeviceScript has no firmware for ${request.board.id}`);
  const { name, version, entry, safePins } = await readDevManifest(request);
  refusePins(request.board, port, safePins);
  const compiler = findCompiler(request.dev);
  const sources = await programSources(join(request.dev, entry));
  const { bytecode, debug } = await compileProgram(compiler, name, sources, safePins);
  const bytes = seal(withVersion(bytecode, version));
  const { outer, fault } = judgeBytes(bytes, anyTarget);
  if (fault !== undefined || outer.program === undefined)
    throw new SluiceError("BUILD_FAILED", `the compiler made no sound program: ${fault?.text ?? outer.kind}`);
  if (bytes.length > port.programRoom)
    throw new SluiceError(
      "BUNDLE_TOO_LARGE",
      `${name} ${version} has ${bytes.length} bytes; ${request.board.id} takes ${port.programRoom}`,
    );
  return {
    bytes,
    debug,
    facts: outer.program,
    safePins,
    warnings: warningsOf(name, safePins, compiler.version),
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

function warningsOf(name: string, safePins: readonly SafePin[], version: string): string[] {
  const warnings: string[] = [];
  if (safePins.length === 0)
    warnings.push(`${name} names no safe pins: at start the runtime leaves every pin as the chip has it`);
  if (version !== compilerVersion)
    warnings.push(`built with @devicescript/cli ${version}; Sluice is tested with ${compilerVersion}`);
  return warnings;
}
