import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { download } from "../../node/download.js";

/** Where Espruino's own modules are had. */
export const moduleSite = "https://www.espruino.com/modules/";

/** Bytes; the largest module there has 60 KB. */
const sizeLimit = 1024 * 1024;

/** `modules/modules.lock.json`: what was fetched, for later builds and other machines. */
interface Lock {
  readonly [name: string]: { readonly url: string; readonly sha256: string };
}

export interface ModuleOptions {
  /** Another place for Espruino's modules; http:// is for a mirror in one's own network. */
  readonly site?: string | undefined;
}

/**
 * The file of an Espruino module such as `DS18B20`: the application's own `modules/NAME.js`, or, once, a copy of the one on
 * Espruino's site, with its SHA-256 in `modules/modules.lock.json`. After that no network is needed.
 * @param folder the application's folder
 * @throws SluiceError UNKNOWN_MODULE, MODULE_CHANGED
 */
export async function espruinoModule(
  name: string,
  folder: string,
  { site = process.env.SLUICE_MODULES ?? moduleSite }: ModuleOptions = {},
): Promise<string> {
  const file = join(folder, "modules", `${name}.js`);
  const lockFile = join(folder, "modules/modules.lock.json");
  const locked = readLock(lockFile)[name];
  const present = await readFile(file).catch(() => undefined);
  if (present !== undefined) {
    // A file that is in no lock is the user's own.
    if (locked !== undefined && sha256Of(present) !== locked.sha256)
      throw new SluiceError(
        "MODULE_CHANGED",
        `${file} is not the file that was fetched from ${locked.url}: its SHA-256 differs from modules.lock.json`,
      );
    return file;
  }
  const url = locked?.url ?? new URL(`${name}.js`, site).href;
  const fetched = await download(url, {
    limit: sizeLimit,
    timeoutMs: 15_000,
    insecure: url.startsWith("http:"),
  }).catch((cause: unknown) => {
    throw new SluiceError(
      "UNKNOWN_MODULE",
      `"${name}" is no module of the engine, not in node_modules, there is no ${file}, and it could not be fetched: ${reasonOf(cause)}`,
      { cause },
    );
  });
  const sha256 = sha256Of(fetched);
  if (locked !== undefined && locked.sha256 !== sha256)
    throw new SluiceError(
      "MODULE_CHANGED",
      `${url} is another file than when it was first fetched: its SHA-256 differs from ${lockFile}`,
    );
  await mkdir(join(folder, "modules"), { recursive: true });
  await writeFile(file, fetched);
  // Read and written in one go: modules are fetched side by side.
  const entries = Object.entries({ ...readLock(lockFile), [name]: { url, sha256 } });
  const sorted = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(lockFile, `${JSON.stringify(sorted, undefined, 2)}\n`);
  return file;
}

function readLock(file: string): Lock {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Lock;
  } catch (cause) {
    throw new SluiceError("MODULE_CHANGED", `${file} cannot be read as JSON: ${reasonOf(cause)}`, { cause });
  }
}

const sha256Of = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");
