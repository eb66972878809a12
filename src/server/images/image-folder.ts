import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { plainName } from "../wire/names.js";
import type { NameParts } from "./file-name.js";
import { judgeServed } from "./judge-served.js";
import { defaultChannel, type RefusedFile, type ServedImage } from "./served-image.js";

export interface FolderState {
  readonly images: readonly ServedImage[];
  readonly refused: readonly RefusedFile[];
}

interface Seen {
  readonly stamp: string;
  readonly result: ServedImage | RefusedFile;
}

/** Endings of what belongs beside images: notes, maps, and files that are still being copied. */
const notImages = /\.(?:md|txt|json|map|part|tmp|crdownload|filepart|swp)$/i;
/** No flash chip of these boards is larger. */
const sizeLimit = 16 * 1024 * 1024;

/**
 * The folder of images. It is listed again when boards poll, at most every `restMs`, and only files that changed are read
 * and judged again. No file watchers: they do not work on network drives.
 */
export class ImageFolder {
  private readonly seen = new Map<string, Seen>();
  private state: FolderState = { images: [], refused: [] };
  private lookedAt = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | undefined;

  constructor(
    readonly root: string,
    private readonly options: {
      readonly now: () => number;
      readonly restMs: number;
      /** Called when images were added, removed or changed. */
      readonly onChange?: (state: FolderState) => void;
    },
  ) {}

  /** @throws SluiceError FILE_NOT_READABLE when the folder itself cannot be read */
  async current(): Promise<FolderState> {
    const { now, restMs } = this.options;
    if (this.looking === undefined && now() - this.lookedAt >= restMs) {
      this.looking = this.look().finally(() => {
        this.looking = undefined;
      });
    }
    await this.looking;
    return this.state;
  }

  /** The next `current` reads the folder again, and this file. */
  forget(file: string): void {
    this.seen.delete(file);
    this.lookedAt = Number.NEGATIVE_INFINITY;
  }

  private async look(): Promise<void> {
    const found = new Set<string>();
    let changed = false;
    for (const { file, channel } of await this.files()) {
      found.add(file);
      if (await this.judge(file, channel)) changed = true;
    }
    for (const file of this.seen.keys())
      if (!found.has(file)) {
        this.seen.delete(file);
        changed = true;
      }
    this.lookedAt = this.options.now();
    if (!changed) return;
    const images: ServedImage[] = [];
    const refused: RefusedFile[] = [];
    for (const { result } of this.seen.values()) {
      if ("md5" in result) images.push(result);
      else refused.push(result);
    }
    const byFile = (a: { file: string }, b: { file: string }): number => (a.file < b.file ? -1 : 1);
    this.state = { images: images.sort(byFile), refused: refused.sort(byFile) };
    this.options.onChange?.(this.state);
  }

  /** Files of the folder are the channel "stable", those of a folder inside it are the channel of its name. */
  private async files(): Promise<{ file: string; channel: string }[]> {
    const found: { file: string; channel: string }[] = [];
    for (const entry of await this.entries("")) {
      if (entry.isFile()) found.push({ file: entry.name, channel: defaultChannel });
      if (!entry.isDirectory() || !plainName.test(entry.name)) continue;
      for (const inner of await this.entries(entry.name))
        if (inner.isFile()) found.push({ file: `${entry.name}/${inner.name}`, channel: entry.name });
    }
    return found.filter(({ file }) => !notImages.test(file) && !/(?:^|\/)\./.test(file));
  }

  private async entries(folder: string): Promise<import("node:fs").Dirent[]> {
    try {
      return await readdir(join(this.root, folder), { withFileTypes: true });
    } catch (cause) {
      if (folder !== "") return [];
      throw new SluiceError("FILE_NOT_READABLE", `The folder ${this.root} cannot be read.`, { cause });
    }
  }

  /** @returns whether something is different from the last look */
  private async judge(file: string, channel: string): Promise<boolean> {
    const path = join(this.root, file);
    const before = this.seen.get(file);
    let result: ServedImage | RefusedFile;
    let stamp = "";
    try {
      const stat = await lstat(path);
      const side = await readFile(`${path}.json`, "utf8").catch(() => "");
      stamp = `${stat.size} ${stat.mtimeMs} ${stat.ino} ${side}`;
      if (before?.stamp === stamp) return false;
      if (!plainName.test(file.split("/").at(-1) ?? ""))
        result = { file, code: "BAD_IMAGE_NAME", text: "letters, digits and . _ + - only, 100 at most" };
      else if (stat.size > sizeLimit)
        result = { file, code: "NOT_ENOUGH_SPACE", text: `${stat.size} bytes are more than any board takes` };
      else result = judgeServed(file, channel, await readFile(path), stat.mtimeMs, readSide(side));
    } catch (error) {
      const code = error instanceof SluiceError ? error.code : "FILE_NOT_READABLE";
      result = { file, code, text: reasonOf(error) };
    }
    this.seen.set(file, { stamp, result });
    return true;
  }
}

/** `{ "product": "zone-2", "version": "1.0.0" }` in a file beside the image, for names that can be read in two ways. */
function readSide(text: string): NameParts | undefined {
  if (text === "") return undefined;
  const bad = (why: string) => new SluiceError("BAD_IMAGE_NAME", `its side file: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(reasonOf(error));
  }
  const { product, version } = Object(value) as Record<string, unknown>;
  if (typeof product !== "string" || typeof version !== "string")
    throw bad('not like { "product": "zone-2", "version": "1.0.0" }');
  return { product, version };
}
