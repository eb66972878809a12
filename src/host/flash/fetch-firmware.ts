import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { type DownloadOptions, download } from "../../node/download.js";
import { readBytes } from "../../node/files.js";

/** Path inside the archive, with "/", and content. */
export type ArchiveFiles = Map<string, Uint8Array>;

/**
 * Files of a firmware package: of an archive, of a folder, or the one file itself.
 * @param source a path, or an address that begins with https://
 * @throws SluiceError FILE_NOT_READABLE, DOWNLOAD_FAILED, BAD_FIRMWARE_PACKAGE
 */
export async function readFirmware(source: string, options: DownloadOptions = {}): Promise<ArchiveFiles> {
  const remote = /^[a-z]+:\/\//i.test(source);
  if (!remote && (await isFolder(source))) return readFolder(source);
  const data = remote ? await download(source, options) : await readBytes(source);
  if (data.length === 0) throw new SluiceError("EMPTY_IMAGE", `${source} is empty.`);
  const head = Buffer.from(data.subarray(0, 4)).toString("latin1");
  if (head === "PK\x03\x04") return readZip(data);
  if (head.startsWith("\x1f\x8b")) return readTgz(data);
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
      files.set(`${name}/${entry.name}`, await readBytes(join(folder, entry.name)));
  return files;
}

/** Inflated bytes that an archive may come to: releases with all boards have some 30 MB. */
const sizeLimit = 256 * 1024 * 1024;

/** Plain files of a .tgz (ustar, as GNU and BSD tar write it). @throws SluiceError BAD_FIRMWARE_PACKAGE */
export function readTgz(data: Uint8Array): ArchiveFiles {
  const tar = guarded(".tgz", () => gunzipSync(data, { maxOutputLength: sizeLimit }));
  const files: ArchiveFiles = new Map();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (offset: number, length: number) =>
      tar.toString("latin1", at + offset, at + offset + length).split("\0", 1)[0];
    const size = Number.parseInt(text(124, 12).trim() || "0", 8);
    if (text(257, 5) !== "ustar" || !Number.isInteger(size) || at + 512 + size > tar.length)
      throw new SluiceError("BAD_FIRMWARE_PACKAGE", "the .tgz does not hold a tar archive, or is cut short");
    const prefix = text(345, 155);
    const type = text(156, 1);
    // The prefix is a POSIX field; GNU puts times there.
    const path = text(257, 8) === "ustar" && prefix !== "" ? `${prefix}/${text(0, 100)}` : text(0, 100);
    if (type === "0" || type === "") files.set(path, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

/** Files of a .zip, stored or deflated, by its central directory. @throws SluiceError BAD_FIRMWARE_PACKAGE */
export function readZip(data: Uint8Array): ArchiveFiles {
  const zip = Buffer.from(data.buffer, data.byteOffset, data.length);
  return guarded(".zip", () => {
    const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end < 0) throw new RangeError("it has no directory");
    const files: ArchiveFiles = new Map();
    let at = zip.readUInt32LE(end + 16);
    let total = 0;
    for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
      if (zip.readUInt32LE(at) !== 0x02014b50) throw new RangeError("its directory is broken");
      const [method, packed, size] = [
        zip.readUInt16LE(at + 10),
        zip.readUInt32LE(at + 20),
        zip.readUInt32LE(at + 24),
      ];
      const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
      const path = zip.toString("utf8", at + 46, at + 46 + name);
      total += size;
      if (total > sizeLimit) throw new RangeError("it is too large");
      if (!path.endsWith("/")) files.set(path, content(zip, zip.readUInt32LE(at + 42), method, packed, size));
      at += 46 + name + extra + comment;
    }
    return files;
  });
}

function content(zip: Buffer, header: number, method: number, packed: number, size: number): Uint8Array {
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const bytes = zip.subarray(start, start + packed);
  if (bytes.length !== packed) throw new RangeError("it is cut short");
  if (method === 0) return bytes;
  if (method !== 8) throw new RangeError(`it is packed with method ${method}`);
  return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
}

function guarded<T>(kind: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError("BAD_FIRMWARE_PACKAGE", `the ${kind} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
}
