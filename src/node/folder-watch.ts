import { type FSWatcher, readdirSync, watch } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** Editors write a file in several steps; what belongs together is one change, ms. */
const settleMs = 20;

/**
 * Changes in a folder and below it, and in folders named besides; hidden ones and node_modules are left out. Folder by folder,
 * since a recursive watch would take all of node_modules as well.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #root: string;
  #others: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #changed = false;
  #wake: () => void = () => undefined;

  constructor(root: string) {
    this.#root = resolve(root);
    this.#look();
  }

  /** Watches the folders of these files as well. */
  also(files: readonly string[]): void {
    this.#others = files.map((file) => dirname(resolve(file)));
    this.#look();
  }

  /** Resolves at the next change, or with one since the last call; also when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    await new Promise<void>((done) => {
      this.#wake = done;
      signal.addEventListener("abort", () => done(), { once: true });
      if (this.#changed || signal.aborted) done();
    });
    this.#changed = false;
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const folder of [...this.#watchers.keys()]) this.#leave(folder);
  }

  /** Watches what there is now. */
  #look(): void {
    const folders = new Set([...foldersBelow(this.#root), ...this.#others]);
    for (const folder of this.#watchers.keys()) if (!folders.has(folder)) this.#leave(folder);
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#enter(folder);
  }

  #enter(folder: string): void {
    const watcher = watch(folder, (kind, name) => {
      // A folder of that name may be another one now, which the old watcher does not see.
      const gone = join(folder, name ?? "");
      if (kind === "rename")
        for (const one of this.#watchers.keys())
          if (one === gone || one.startsWith(gone + sep)) this.#leave(one);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#look();
        this.#changed = true;
        this.#wake();
      }, settleMs);
    });
    watcher.on("error", () => this.#leave(folder));
    this.#watchers.set(folder, watcher);
  }

  #leave(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}

function foldersBelow(root: string): string[] {
  try {
    const below = readdirSync(root, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules",
    );
    return [root, ...below.flatMap(({ name }) => foldersBelow(join(root, name)))];
  } catch {
    // It is gone, or goes while it is read.
    return [];
  }
}
