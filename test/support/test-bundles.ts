import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { type Board, findBoard } from "../../boards/index.js";
import { makeFlash } from "../../src/board/board-flash.js";
import type { NorFlash } from "../../src/board/nor-flash.js";
import { buildAgent, buildBundle } from "../../src/espruino/build/bundle.js";
import { type BundleFields, decodeBundle, encodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { type ProvisionOptions, storageImage } from "../../src/espruino/provision.js";
import { packageRoot, packageVersion } from "../../src/node/package-root.js";

const built = new Map<string, Promise<Uint8Array>>();

/** Builds once a run, in the test file that comes first: the others find the bytes in the run's folder. */
function once(what: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const known = built.get(what);
  if (known !== undefined) return known;
  const made = fromFolder(what, build);
  built.set(what, made);
  return made;
}

async function fromFolder(what: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const folder = inject("bundleCache");
  if (folder === undefined) return build();
  const file = join(folder, createHash("md5").update(what).digest("hex"));
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  const bytes = await build();
  // Renamed into place, so that another worker never reads half a file.
  const half = `${file}.${process.pid}`;
  writeFileSync(half, bytes);
  renameSync(half, file);
  return bytes;
}

export function boardNamed(id: string): Board {
  const board = findBoard(id);
  if (board === undefined) throw new Error(`there is no board ${id}`);
  return board;
}

/** The board that tests use unless the board matters. */
export const esp32 = boardNamed("esp32-devkit");

/**
 * The bundle of a dev folder.
 * @param dev below the package, e.g. "devs/garden"
 * @param manifest another one than sluice.json, e.g. "release-1.0.0.json"
 */
export function bundleOf(
  dev: string,
  manifest = "sluice.json",
  version?: string,
  board = esp32,
): Promise<Uint8Array> {
  const folder = join(packageRoot(), dev);
  return once(`app ${dev} ${manifest} ${version} ${board.id}`, async () => {
    const request = { dev: folder, manifest: join(folder, manifest), board };
    return (await buildBundle(version === undefined ? request : { ...request, version })).bytes;
  });
}

export const garden1 = () => bundleOf("devs/garden", "release-1.0.0.json");
export const garden2 = () => bundleOf("devs/garden");
/** An app that reports each callback; `how` names the manifest of a variant. */
export const witness = (version = "1.0.0", how = "sluice") =>
  bundleOf("test/devs-fixtures/witness", `${how}.json`, version);
/** An app that goes wrong in one way, e.g. "at-start". */
export const broken = (how: string) => bundleOf("test/devs-fixtures/broken", `${how}.json`);

export function agentOf(board = esp32): Promise<Uint8Array> {
  return once(`agent ${board.id}`, async () => (await buildAgent(board)).bytes);
}

/** What a cable leaves in Storage. */
export async function storageOf(
  options: Omit<ProvisionOptions, "agent">,
  board = esp32,
): Promise<Uint8Array> {
  const { app, ...rest } = options;
  const digest = app === undefined ? "none" : createHash("md5").update(app).digest("hex");
  const agent = await agentOf(board);
  return once(`storage ${digest} ${JSON.stringify(rest)} ${board.id}`, () =>
    storageImage(board, { ...options, agent }),
  );
}

const chips = new Map<Uint8Array, NorFlash>();

/** A chip as a cable leaves it; forks of one cost next to nothing. */
export async function provisionedChip(
  options: Omit<ProvisionOptions, "agent">,
  board = esp32,
): Promise<NorFlash> {
  const storage = await storageOf(options, board);
  const chip = chips.get(storage) ?? chipOfStorage(storage, board);
  chips.set(storage, chip);
  return chip.fork();
}

/** A chip that is blank but for this Storage. */
export function chipOfStorage(storage: Uint8Array, board = esp32): NorFlash {
  const content = new Uint8Array(board.flashSize).fill(0xff);
  content.set(storage, board.espruino?.storage.offset);
  return makeFlash(board, content);
}

/** A bundle with another payload or other fields, and sound again. */
export function remade(bundle: Uint8Array, fields: Partial<BundleFields>, code?: string): Uint8Array {
  const { header, payload } = decodeBundle(bundle);
  const bytes = code === undefined ? payload : new Uint8Array(Buffer.from(code, "latin1"));
  return encodeBundle({ ...header, ...fields }, bytes);
}

/** The agent as a later release of it would be: with another version. */
export async function agentNamed(version: string): Promise<Uint8Array> {
  const agent = await agentOf();
  const code = Buffer.from(decodeBundle(agent).payload).toString("latin1");
  const said = JSON.stringify(packageVersion());
  if (!code.includes(said)) throw new Error("the agent does not say its version");
  return remade(agent, { version }, code.replaceAll(said, JSON.stringify(version)));
}
