import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderWatch } from "../../src/node/folder-watch.js";

let folder = "";
let watch: FolderWatch;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-watch-"));
  mkdirSync(join(folder, "app/lib"), { recursive: true });
  mkdirSync(join(folder, "app/node_modules/x"), { recursive: true });
  mkdirSync(join(folder, "shared"));
  watch = new FolderWatch(join(folder, "app"));
});
afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true });
});

const write = (file: string, text = "") => writeFileSync(join(folder, file), text);

/** Whether a change is noticed after `act`; the deadline is for one that is not. */
async function notices(act: () => void, deadlineMs = 10_000): Promise<boolean> {
  const deadline = AbortSignal.timeout(deadlineMs);
  act();
  await watch.next(deadline);
  return !deadline.aborted;
}

test("files that are written, replaced or deleted, and those of new folders", async () => {
  expect(await notices(() => write("app/main.ts"))).toBe(true);
  expect(await notices(() => write("app/lib/pump.ts"))).toBe(true);
  write("new.ts", "x");
  expect(await notices(() => renameSync(join(folder, "new.ts"), join(folder, "app/main.ts")))).toBe(true);
  expect(await notices(() => mkdirSync(join(folder, "app/deep/er"), { recursive: true }))).toBe(true);
  expect(await notices(() => write("app/deep/er/x.ts"))).toBe(true);
  expect(await notices(() => rmSync(join(folder, "app/lib"), { recursive: true }))).toBe(true);
  expect(await notices(() => mkdirSync(join(folder, "app/lib")))).toBe(true);
  expect(await notices(() => write("app/lib/pump.ts"))).toBe(true);
  const another = (): void => {
    rmSync(join(folder, "app/lib"), { recursive: true });
    mkdirSync(join(folder, "app/lib"));
  };
  expect(await notices(another)).toBe(true);
  expect(await notices(() => write("app/lib/pump.ts"))).toBe(true);
});

test("a change between two calls is not lost", async () => {
  await notices(() => write("app/main.ts"));
  write("app/main.ts", "again");
  const deadline = AbortSignal.timeout(10_000);
  await watch.next(deadline);
  expect(deadline.aborted).toBe(false);
});

test("folders of further files; nothing of node_modules", async () => {
  watch.also([join(folder, "shared/levels.ts")]);
  expect(await notices(() => write("shared/levels.ts"))).toBe(true);
  expect(await notices(() => write("app/node_modules/x/index.js"), 300)).toBe(false);
});
