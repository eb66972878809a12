import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Board } from "../../../boards/index.js";
import type { SafePin } from "../../core/bundle/header.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { bundleFieldFault } from "./encode-bundle.js";
import { manifestSchema } from "./manifest-schema.js";

/** A dev folder that is built for a board. */
export interface BuildRequest {
  /** The folder, e.g. `devs/garden`. */
  readonly dev: string;
  /** Another manifest than `sluice.json` in the folder. */
  readonly manifest?: string;
  readonly board: Board;
  /** Overrides the manifest's. */
  readonly version?: string;
}

/** `devs/NAME/sluice.json`: what a dev folder is, and which pins the loader makes safe before it runs. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** The program's first file, relative to the folder. */
  readonly entry: string;
  readonly safePins: readonly SafePin[];
  /** Oldest agent that it runs with; "": any. */
  readonly agent: string;
  /** The board that it is built for where no flag names one. */
  readonly board: string | undefined;
}

/**
 * Reads the manifest of a dev folder. Name, version and pins keep to the limits of a bundle, so that every way of
 * updating can show them.
 * @throws SluiceError FILE_NOT_READABLE, BAD_MANIFEST
 */
export async function readDevManifest(request: Omit<BuildRequest, "board">): Promise<Manifest> {
  const file = request.manifest ?? join(request.dev, "sluice.json");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new SluiceError("FILE_NOT_READABLE", `cannot read the manifest ${file}`, { cause });
  });
  const manifest = parseManifest(text, `${file}: `);
  const version = request.version ?? manifest.version;
  const wrong = bundleFieldFault({ ...manifest, version, agentVersion: manifest.agent });
  if (wrong !== undefined) throw new SluiceError("BAD_MANIFEST", wrong);
  return { ...manifest, version };
}

/**
 * Checks the shape.
 * @param where begins the message of an error
 * @throws SluiceError BAD_MANIFEST
 */
export function parseManifest(text: string, where = ""): Manifest {
  const bad = (detail: string) => new SluiceError("BAD_MANIFEST", where + detail);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (!isRecord(value)) throw bad("not a JSON object");
  const manifest = value;
  const keys = Object.keys(manifestSchema.properties);
  const unknown = Object.keys(manifest).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw bad(`there is no setting "${unknown}"; there are ${keys.join(", ")}`);
  const textOf = (key: string, otherwise?: string): string => {
    const found = key in manifest ? manifest[key] : otherwise;
    if (found === undefined) throw bad(`"${key}" is missing`);
    if (typeof found !== "string") throw bad(`"${key}" is not a text`);
    return found;
  };
  const pins = "safePins" in manifest ? manifest["safePins"] : [];
  if (!Array.isArray(pins)) throw bad('"safePins" is not a list like [{"pin":25,"level":0}]');
  const safePins = pins.map((pin: unknown, i) => {
    if (isRecord(pin) && typeof pin["pin"] === "number" && typeof pin["level"] === "number")
      return { pin: pin["pin"], level: pin["level"] };
    throw bad(`"safePins" entry ${i + 1} is not like {"pin":25,"level":0}`);
  });
  textOf("$schema", "");
  return {
    name: textOf("name"),
    version: textOf("version"),
    entry: textOf("entry", "main.ts"),
    safePins,
    agent: textOf("agent", ""),
    board: "board" in manifest ? textOf("board") : undefined,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
