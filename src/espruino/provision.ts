import type { Board } from "../../boards/index.js";
import { parseAppHeader, type SafePin } from "../core/bundle/header.js";
import { PartitionType, partitionTableOffset } from "../core/flash/partition-table.js";
import { Journal, JournalRecord } from "../core/update/journal.js";
import { storeFileLength, storeFileName, storeLayout } from "../core/update/store.js";
import { SluiceError } from "../errors/sluice-error.js";
import { boardPartitions, encodePartitionTable } from "../image/partition-tables.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto, passwordHashes } from "../node/crypto.js";
import { buildLoader } from "./build/bundle.js";
import type { PullOptions, WebOptions } from "./device/sluice.js";
import { memoryFlash, type StorageFile, StorageFiles, textFile } from "./storage-files.js";
import { type WifiSettings, wifiConfig, wifiConfigName } from "./wifi-config.js";

const configName = "sluice.cfg";
const loaderName = ".boot0";

export interface ProvisionOptions {
  /** The agent's bundle. */
  readonly agent: Uint8Array;
  /** The first app's bundle; without one the board runs the agent alone. */
  readonly app?: Uint8Array | undefined;
  /** Kept as hashes only. */
  readonly password?: string | undefined;
  /** Run without a password; one of the two must be given. */
  readonly open?: boolean | undefined;
  readonly hostname?: string | undefined;
  /** UDP port of the listener; default: the board's. */
  readonly port?: number | undefined;
  /** Default: PBKDF2, where no MD5 of the password is kept, on strict boards; else the MD5 dialect, which all clients know. */
  readonly auth?: "md5" | "pbkdf2" | undefined;
  /** The password counts only from uploaders that bind it to the image: not from espota.py, Arduino IDE, PlatformIO. */
  readonly strictAuth?: boolean | undefined;
  /** Events on the board's console. */
  readonly log?: boolean | undefined;
  /** The update page, also when no application turns it on. */
  readonly web?: boolean | WebOptions | undefined;
  /** The server to poll for updates, in safe mode as well. */
  readonly pull?: PullOptions | undefined;
  /** When updates are allowed (core/policy), whatever the application sets. */
  readonly window?: string | undefined;
  /** Of that window, and of the application's. */
  readonly timeZone?: string | undefined;
  /** Public keys, lower-case hex, three at most: the board takes only releases that one of them signed. */
  readonly trust?: readonly string[] | undefined;
  /** The network to join from the first start on. */
  readonly wifi?: WifiSettings | undefined;
  /** What a board had before, for one that is recovered. */
  readonly kept?: KeptStorage | undefined;
}

export interface KeptStorage {
  /** The two blocks of notes as they were. */
  readonly notes: Uint8Array;
  /** Files besides Sluice's own; `sluice.cfg` among them stands where neither password nor `open` is given. */
  readonly files: readonly StorageFile[];
}

/**
 * What Espruino's Storage of a new board holds: slots with agent and app, journal, settings, loader.
 * @returns the whole Storage area, to be written at `board.espruino.storage.offset`
 * @throws SluiceError NO_PASSWORD_SET, NOT_ENOUGH_SPACE, CORRUPT_BUNDLE, UNKNOWN_BOARD
 */
export async function storageImage(board: Board, options: ProvisionOptions): Promise<Uint8Array> {
  const port = board.espruino;
  if (port === undefined) throw new SluiceError("UNKNOWN_BOARD", `${board.id} does not run Espruino`);
  const anew = options.password !== undefined || options.open === true;
  const kept = new Map((options.kept?.files ?? []).map((file) => [file.name, file]));
  if (!anew && !kept.has(configName)) throw new SluiceError("NO_PASSWORD_SET");
  const layout = storeLayout(board.blockLength, port.store.agentBlocks, port.store.appBlocks);
  const image = new Uint8Array(port.storage.size).fill(0xff);
  const area = memoryFlash(image, board.blockLength);
  const files = new StorageFiles(image);

  files.reserve(storeFileName, storeFileLength(layout));
  place(image, layout.agent[0] * board.blockLength, layout.agentBlocks * board.blockLength, options.agent);
  let safePins: readonly SafePin[] = [];
  if (options.app !== undefined) {
    place(image, layout.app[0] * board.blockLength, layout.appBlocks * board.blockLength, options.app);
    const header = parseAppHeader(nodeBytes, nodeCrypto.crc32, options.app);
    if (typeof header === "string") throw new SluiceError("CORRUPT_BUNDLE", header);
    safePins = header.safePins;
  }
  const journal = new Journal(nodeBytes, nodeCrypto, area, layout.journal);
  journal.open();
  journal.append(JournalRecord.Confirm);

  if (options.kept !== undefined) image.set(options.kept.notes, layout.notes * board.blockLength);

  files.add(textFile(loaderName, await loaderScript(board, safePins)));
  if (anew) kept.set(configName, textFile(configName, JSON.stringify(settings(options))));
  if (options.wifi !== undefined)
    kept.set(wifiConfigName, textFile(wifiConfigName, wifiConfig(options.wifi, options.hostname)));
  const isSetting = ({ name }: StorageFile): boolean => name === configName || name === wifiConfigName;
  const all = [...kept.values()];
  for (const file of all.filter(isSetting)) files.add(file);
  files.divide(board.blockLength);
  for (const file of all.filter((one) => !isSetting(one))) files.add(file);
  return image;
}

/**
 * All of a new chip's flash: partition table where the board has one, firmware if given, Storage.
 * @param firmware goes into the first app partition
 * @throws SluiceError as storageImage
 */
export async function chipImage(
  board: Board,
  options: ProvisionOptions & { readonly firmware?: Uint8Array | undefined },
): Promise<Uint8Array> {
  const chip = new Uint8Array(board.flashSize).fill(0xff);
  const partitions = boardPartitions(board);
  if (partitions.length > 0) chip.set(encodePartitionTable(partitions), partitionTableOffset);
  if (options.firmware !== undefined) {
    const first = partitions.find(({ type }) => type === PartitionType.App);
    if (first === undefined)
      throw new SluiceError("NO_FIRMWARE_SLOT", `${board.id} has no partition for firmware`);
    place(chip, first.offset, first.size, options.firmware);
  }
  const storage = await storageImage(board, options);
  // Espruino for Linux counts from where its flash file is mapped.
  const start = (board.espruino?.storage.offset ?? 0) % 0x10000000;
  chip.set(storage, start);
  return chip;
}

/** The loader, with the safe pins in front of everything else. */
async function loaderScript(board: Board, safePins: readonly SafePin[]): Promise<string> {
  const { code } = await buildLoader(board);
  const pins = JSON.stringify(safePins.map(({ pin, level }) => ({ pin, level })));
  const drive = `var SLUICE_SAFE_PINS=${pins};SLUICE_SAFE_PINS.forEach(function(p){digitalWrite(new Pin(p.pin),p.level)});`;
  return `${drive}${code}`;
}

function settings({
  password,
  hostname: host,
  port,
  strictAuth: strict,
  auth = strict ? "pbkdf2" : undefined,
  log,
  web,
  pull,
  window,
  timeZone: zone,
  trust: keys,
}: ProvisionOptions): object {
  const secret = password === undefined ? { open: true } : { ...passwordHashes(password, auth), strict };
  return { ...secret, host, port, auth, log, web, pull, window, zone, keys };
}

function place(image: Uint8Array, offset: number, room: number, bundle: Uint8Array): void {
  if (bundle.length > room)
    throw new SluiceError("NOT_ENOUGH_SPACE", `a bundle of ${bundle.length} bytes, a slot of ${room}`);
  image.set(bundle, offset);
}
