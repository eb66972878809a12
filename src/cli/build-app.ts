import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Board } from "../../boards/index.js";
import type { AppHeader, SafePin } from "../core/bundle/header.js";
import { SluiceError } from "../errors/sluice-error.js";

/** What was built, for either engine. */
export interface Built {
  readonly board: Board;
  /** Absolute paths of the files whose code is in it, as far as they are known. */
  readonly sources: readonly string[];
  readonly bytes: Uint8Array;
  readonly warnings: readonly string[];
  /** What goes beside it: its key in the result, what its name ends in, and what is in it. */
  readonly debug: { readonly key: "map" | "debug"; readonly ending: string; readonly text: string };
  readonly facts: Pick<AppHeader, "name" | "version"> & { readonly safePins: readonly SafePin[] };
  readonly more: { readonly agentVersion: string } | { readonly runtime: string };
}

/** Flags that change what is built. */
export interface BuildChoices {
  /** Else the manifest's. */
  readonly board?: string | undefined;
  readonly manifest?: string;
  readonly version?: string;
}

/** The app folder that a verb is for: the one named, else this one where it has a manifest. */
export function appFolder(named: string | undefined): string | undefined {
  return named ?? (existsSync("sluice.json") ? "." : undefined);
}

/** The program of an app folder, by the engine of its board. @throws SluiceError NEEDS_BOARD and what the build throws */
export async function buildApp(dev: string, choices: BuildChoices): Promise<Built> {
  const { requireBoard } = await import("../image/board-target.js");
  const { readDevManifest } = await import("../espruino/build/manifest.js");
  const manifest = await readDevManifest({ ...choices, dev });
  const named = choices.board ?? manifest.board;
  if (named === undefined)
    throw new SluiceError("NEEDS_BOARD", `Neither --board nor "board" in sluice.json names the board.`);
  const board = requireBoard(named);
  const request = { ...choices, dev, board };
  if (board.devicescript !== undefined) {
    const { buildProgram } = await import("../devicescript/build/program.js");
    const { bytes, warnings, facts, safePins, debug: text } = await buildProgram(request);
    const more = { runtime: `${facts.major}.${facts.minor}` };
    const debug = { key: "debug", ending: ".dbg.json", text } as const;
    return { board, sources: [], bytes, warnings, debug, facts: { ...facts, safePins }, more };
  }
  const { buildBundle } = await import("../espruino/build/bundle.js");
  const entry = resolve(dev, manifest.entry);
  const built = builtBundle(board, await buildBundle(request));
  const { sources }: { sources: string[] } = JSON.parse(built.debug.text);
  return { ...built, sources: sources.map((source) => resolve(dirname(entry), source)) };
}

/** Sluice's agent for a board. @throws SluiceError NO_ESPRUINO and what the build throws */
export async function buildAgentFor(board: Board): Promise<Built> {
  if (board.devicescript !== undefined)
    throw new SluiceError("NO_ESPRUINO", `${board.id} has no agent of its own: each program carries it`);
  const { buildAgent } = await import("../espruino/build/bundle.js");
  return builtBundle(board, await buildAgent(board));
}

function builtBundle(board: Board, bundle: import("../espruino/build/bundle.js").Bundle): Built {
  const { bytes, warnings, header, map: text } = bundle;
  const debug = { key: "map", ending: ".map", text } as const;
  return {
    board,
    sources: [],
    bytes,
    warnings,
    debug,
    facts: header,
    more: { agentVersion: header.agentVersion },
  };
}

/** What the file is called where no flag names it: `garden-2.0.0.app`, `.devs` for DeviceScript. */
export function builtName({ board, facts: { name, version } }: Built): string {
  return `${name}-${version}.${board.devicescript === undefined ? "app" : "devs"}`;
}
