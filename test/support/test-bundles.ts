import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { type Board, findBoard } from "../../boards/index.js";
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

/** Fills the Storage area of a chip, as flashing by cable does. @param image as long as the area */
export function writeStorage(flash: NorFlash, board: Board, image: Uint8Array): void {
  if (!board.espruino) throw new RangeError(`${board.id} has no Espruino Storage`);
  const { offset, size } = board.espruino.storage;
  if (image.length !== size) throw new RangeError(`the image has ${image.length} bytes, Storage ${size}`);
  for (let at = 0; at < size; at += flash.blockLength) {
    const block = image.subarray(at, at + flash.blockLength);
    if (!flash.isBlank(offset + at, block.length)) flash.eraseBlockAt(offset + at);
    if (block.some((byte) => byte !== 0xff)) flash.program(offset + at, block);
  }
}
