import { reasonOf, SluiceError } from "../errors/sluice-error.js";
import { readText } from "../node/files.js";
import type { DeviceChange } from "./db/fleet.js";
import { normaliseMac, plainName } from "./wire/names.js";

/** What `--config FILE` may hold; flags of the command line override it. No secrets: those are in their own files. */
export interface ServerConfig {
  readonly port?: number;
  readonly bind?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly tokenFile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly database?: string;
  readonly tries?: number;
  /** Addresses of proxies, whose X-Forwarded-For counts; with commas. */
  readonly trustProxy?: string;
  /** Limits of boards that no operator has touched: rows, new ones an hour of one address, days until they are forgotten. */
  readonly unknownBoards?: number;
  readonly unknownPerHour?: number;
  readonly unknownDays?: number;
  readonly open?: boolean;
  /** By MAC address; written into the table at every start. */
  readonly devices?: Readonly<Record<string, DeviceChange>>;
}

const texts = ["bind", "user", "passwordFile", "tokenFile", "cert", "key", "database", "trustProxy"];
const numbers: Readonly<Record<string, number>> = {
  port: 65535,
  tries: 100,
  unknownBoards: 1_000_000,
  unknownPerHour: 1_000_000,
  unknownDays: 36_500,
};
const deviceNames: Readonly<Record<string, keyof DeviceChange>> = {
  name: "name",
  product: "product",
  channel: "channel",
  version: "pinned",
  board: "board",
};

/** @throws SluiceError FILE_NOT_READABLE, BAD_SERVER_CONFIG */
export async function readServerConfig(file: string): Promise<ServerConfig> {
  const text = await readText(file);
  try {
    return readConfig(JSON.parse(text));
  } catch (cause) {
    throw new SluiceError("BAD_SERVER_CONFIG", `${file}: ${reasonOf(cause)}`, { cause });
  }
}

function readConfig(value: unknown): ServerConfig {
  const config: Record<string, unknown> = {};
  for (const [name, field] of entriesOf(value, "the file")) {
    if (texts.includes(name) && typeof field === "string") config[name] = field;
    else if (name === "open" && typeof field === "boolean") config[name] = field;
    else if (name === "devices") config[name] = readDevices(field);
    else if (isCount(field, numbers[name])) config[name] = field;
    else throw new Error(`"${name}" is not known, or not of the right kind`);
  }
  return config as ServerConfig;
}

function readDevices(value: unknown): Record<string, DeviceChange> {
  const devices: Record<string, DeviceChange> = {};
  for (const [key, entry] of entriesOf(value, "devices")) {
    const mac = normaliseMac(key);
    if (mac === undefined) throw new Error(`"${key}" is not a MAC address`);
    const change: Record<string, string> = {};
    for (const [name, field] of entriesOf(entry, key)) {
      const column = deviceNames[name];
      if (column === undefined || typeof field !== "string")
        throw new Error(`"${name}" of ${key} is not known`);
      if (column !== "name" && !plainName.test(field))
        throw new Error(`"${name}" of ${key} has signs that no name has`);
      change[column] = field;
    }
    devices[mac] = change;
  }
  return devices;
}

function entriesOf(value: unknown, what: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${what} is not an object`);
  return Object.entries(value);
}

function isCount(value: unknown, most: number | undefined): boolean {
  return most !== undefined && Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;
}
