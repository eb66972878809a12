import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SafePin } from "../../core/bundle/header.js";
import { SluiceError } from "../../errors/sluice-error.js";

/** `devs/NAME/sluice.json`: what a dev folder is, and which pins the loader makes safe before it runs. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** The program's first file, relative to the folder. */
  readonly entry: string;
  readonly safePins: readonly SafePin[];
  /** Oldest agent that it runs with; "": any. */
  readonly agent: string;
}

const keys = ["name", "version", "entry", "safePins", "agent"];

/**
 * Reads the manifest of a dev folder.
 * @param file another manifest than `sluice.json` in the folder
 * @throws SluiceError FILE_NOT_READABLE, BAD_MANIFEST
 */
export async function readDevManifest(folder: string, file = join(folder, "sluice.json")): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `cannot read the manifest ${file}`, { cause });
  }
  try {
    return parseManifest(text);
  } catch (cause) {
    if (!(cause instanceof SluiceError)) throw cause;
    throw new SluiceError(cause.code, `${file}: ${cause.message}`, { cause });
  }
}

/**
 * Checks the shape; whether name, version and pins fit a header is judged when the bundle is made.
 * @throws SluiceError BAD_MANIFEST
 */
export function parseManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  if (!isRecord(value)) throw bad("not a JSON object");
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw bad(`there is no setting "${unknown}"; there are ${keys.join(", ")}`);
  return {
    name: textOf(value, "name"),
    version: textOf(value, "version"),
    entry: textOf(value, "entry", "main.ts"),
    safePins: safePinsOf(value["safePins"] ?? []),
    agent: textOf(value, "agent", ""),
  };
}

function safePinsOf(value: unknown): SafePin[] {
  if (!Array.isArray(value)) throw bad('"safePins" is not a list like [{"pin":25,"level":0}]');
  return value.map((entry: unknown, i) => {
    if (!isRecord(entry) || typeof entry["pin"] !== "number" || typeof entry["level"] !== "number")
      throw bad(`"safePins" entry ${i + 1} is not like {"pin":25,"level":0}`);
    return { pin: entry["pin"], level: entry["level"] };
  });
}

function textOf(manifest: Record<string, unknown>, key: string, otherwise?: string): string {
  const value = manifest[key] ?? otherwise;
  if (value === undefined) throw bad(`"${key}" is missing`);
  if (typeof value !== "string") throw bad(`"${key}" is not a text`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(detail: string): SluiceError {
  return new SluiceError("BAD_MANIFEST", detail);
}
