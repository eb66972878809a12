import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { SluiceError } from "../../errors/sluice-error.js";
import { type ArchiveFiles, isGzip, isZip, readTgz, readZip } from "./archive.js";

export interface FetchOptions {
  /** Allow http:, which anyone on the way can change. */
  readonly insecure?: boolean;
  readonly timeoutMs?: number;
  /** Bytes. */
  readonly limit?: number;
}

/**
 * Files of a firmware package: of an archive, of a folder, or the one file itself.
 * @param source a path, or an address that begins with https://
 * @throws SluiceError FILE_NOT_READABLE, DOWNLOAD_FAILED, BAD_FIRMWARE_PACKAGE
 */
export async function readFirmware(source: string, options: FetchOptions = {}): Promise<ArchiveFiles> {
  const remote = /^[a-z]+:\/\//i.test(source);
  if (!remote && (await isFolder(source))) return readFolder(source);
  const data = remote ? await download(source, options) : await readLocal(source);
  if (data.length === 0) throw new SluiceError("EMPTY_IMAGE", `${source} is empty.`);
  if (isZip(data)) return readZip(data);
  if (isGzip(data)) return readTgz(data);
  const name = remote ? basename(new URL(source).pathname) : basename(source);
  return new Map([[name, data]]);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function readFolder(folder: string): Promise<ArchiveFiles> {
  const files: ArchiveFiles = new Map();
  const name = basename(folder);
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isFile() && entry.name.endsWith(".bin"))
      files.set(`${name}/${entry.name}`, await readLocal(join(folder, entry.name)));
  return files;
}

async function readLocal(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `${path} cannot be read.`, { cause });
  }
}

async function download(address: string, options: FetchOptions): Promise<Uint8Array> {
  const { insecure = false, timeoutMs = 60_000, limit = 64 * 1024 * 1024 } = options;
  const allowed = (url: string) => url.startsWith("https://") || (insecure && url.startsWith("http://"));
  const fail = (why: string, cause?: unknown) =>
    new SluiceError("DOWNLOAD_FAILED", `${address}: ${why}`, { cause });
  if (!allowed(address)) throw fail("only https:// is fetched (--insecure allows http://)");
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    // A redirection must not lead where the address itself could not have.
    if (!allowed(answer.url)) throw fail(`it leads to ${answer.url}, which is not https://`);
    if (!answer.ok || answer.body === null) throw fail(`the server answers ${answer.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > limit) throw fail(`it is larger than ${limit} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : "";
    throw fail(
      [cause instanceof Error ? cause.message : String(cause), inner].filter(Boolean).join(": "),
      cause,
    );
  }
}
