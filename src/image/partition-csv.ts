import {
  AppSubtype,
  DataSubtype,
  type Partition,
  PartitionType,
  partitionTableLength,
  partitionTableOffset,
} from "../core/flash/partition-table.js";
import { SluiceError } from "../errors/sluice-error.js";

const tableSector = 0x1000;
const appAlignment = 0x10000;
const dataAlignment = 4;
const sectorLength = 0x1000;
const otadataLength = 0x2000;
/** Rows that fit beside the MD5 row and the end. */
const maxRows = partitionTableLength / 32 - 2;

/**
 * Compiles a partition table in Espressif's CSV: `name, type, subtype, offset, size, flags`, one a line, `#` starts a
 * comment. An empty offset means behind the row before; a negative size is where the partition ends.
 * @param flashSize bytes of the chip; 0 when not known
 * @throws SluiceError BAD_PARTITION_CSV with line and reason
 */
export function compilePartitionCsv(csv: string, flashSize = 0): Partition[] {
  const partitions: Partition[] = [];
  let end = partitionTableOffset + tableSector;
  csv.split(/\r?\n/).forEach((text, index) => {
    const line = text.replace(/#.*/, "").trim();
    if (line === "") return;
    const partition = compileRow(line, index + 1, end);
    partitions.push(partition);
    end = partition.offset + partition.size;
  });
  checkTable(partitions, flashSize);
  return partitions;
}

function refuse(where: string, reason: string): never {
  throw new SluiceError("BAD_PARTITION_CSV", `${where}: ${reason}`);
}

function compileRow(line: string, lineNumber: number, end: number): Partition {
  const where = `line ${lineNumber}`;
  const fields = line.split(",").map((field) => field.trim());
  if (fields.length < 5) refuse(where, "a row has name, type, subtype, offset and size");
  const [name = "", typeText = "", subtypeText = "", offsetText = "", sizeText = "", flagText = ""] = fields;
  if (name === "") refuse(where, "the name is missing");
  if (Buffer.byteLength(name) > 16) refuse(where, `the name "${name}" is longer than 16 bytes`);
  const type = named(typeText, typeNames, where, "type");
  if (subtypeText === "" && type === PartitionType.App) refuse(where, "an app partition needs a subtype");
  const subtype =
    subtypeText === "" ? DataSubtype.Undefined : named(subtypeText, subtypeNames(type), where, "subtype");
  const alignment = type === PartitionType.App ? appAlignment : dataAlignment;
  const offset = offsetText === "" ? Math.ceil(end / alignment) * alignment : number(offsetText, where);
  if (offset < 0) refuse(where, "the offset is negative");
  if (offset < end)
    refuse(where, `the partition starts at ${hex(offset)}, but what is before it ends at ${hex(end)}`);
  if (sizeText === "") refuse(where, "the size is missing");
  const given = number(sizeText, where);
  const size = given < 0 ? -given - offset : given;
  if (size <= 0) refuse(where, `the size comes to ${size} bytes`);
  return { name, type, subtype, offset, size, flags: flags(flagText, where) };
}

/** A name of the list, or a number of 0 to 254. */
function named(text: string, names: ReadonlyMap<string, number>, where: string, what: string): number {
  const known = names.get(text.toLowerCase());
  if (known !== undefined) return known;
  if (text === "") refuse(where, `the ${what} is missing`);
  if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(text)) refuse(where, `the ${what} "${text}" is not known`);
  const value = Number(text);
  if (value > 254) refuse(where, `the ${what} ${text} is larger than 254`);
  return value;
}

/** Decimal or hexadecimal, with K or M behind it. */
function number(text: string, where: string): number {
  const match = /^(-?)(0x[0-9a-f]+|[0-9]+)([km]?)$/i.exec(text);
  if (match === null) refuse(where, `"${text}" is not a number`);
  const [, sign, digits, unit] = match;
  const factor = unit === "" ? 1 : unit?.toLowerCase() === "k" ? 1024 : 1024 * 1024;
  const value = Number(digits) * factor;
  if (value > 0xffffffff) refuse(where, `${text} does not fit into 32 bits`);
  return sign === "-" ? -value : value;
}

function flags(text: string, where: string): number {
  let value = 0;
  for (const flag of text.split(":").map((word) => word.trim()))
    if (flag === "encrypted") value |= 1;
    else if (flag === "readonly") value |= 2;
    else if (flag !== "") refuse(where, `the flag "${flag}" is not known`);
  return value;
}

/** What the generator checks of all rows together. */
function checkTable(partitions: readonly Partition[], flashSize: number): void {
  const names = new Set<string>();
  if (partitions.length === 0) refuse("the table", "has no partition");
  if (partitions.length > maxRows) refuse("the table", `has more than ${maxRows} partitions`);
  for (const partition of partitions) {
    const where = `partition "${partition.name}"`;
    if (names.has(partition.name)) refuse(where, "the name is used twice");
    names.add(partition.name);
    const alignment = partition.type === PartitionType.App ? appAlignment : sectorLength;
    if (partition.offset % alignment !== 0)
      refuse(where, `the offset ${hex(partition.offset)} is not a multiple of ${hex(alignment)}`);
    if (partition.type === PartitionType.App && partition.size % sectorLength !== 0)
      refuse(where, `the size ${hex(partition.size)} is not a multiple of ${hex(sectorLength)}`);
    if (flashSize !== 0 && partition.offset + partition.size > flashSize)
      refuse(where, `it ends at ${hex(partition.offset + partition.size)}, the flash at ${hex(flashSize)}`);
  }
  const otadata = partitions.filter(
    ({ type, subtype }) => type === PartitionType.Data && subtype === DataSubtype.Ota,
  );
  if (otadata.length > 1) refuse("the table", "has more than one otadata partition");
  if (otadata.some(({ size }) => size !== otadataLength))
    refuse("the table", `otadata has to have ${hex(otadataLength)} bytes`);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Names that Espressif's CSV gives to types and subtypes (gen_esp32part.py). */
export const typeNames: ReadonlyMap<string, number> = new Map([
  ["app", PartitionType.App],
  ["data", PartitionType.Data],
]);

const otaNames: [string, number][] = Array.from({ length: 16 }, (_, slot) => [
  `ota_${slot}`,
  AppSubtype.Ota0 + slot,
]);

const appNames: ReadonlyMap<string, number> = new Map([
  ["factory", AppSubtype.Factory],
  ...otaNames,
  ["test", AppSubtype.Test],
]);

const dataNames: ReadonlyMap<string, number> = new Map([
  ["ota", DataSubtype.Ota],
  ["phy", DataSubtype.Phy],
  ["nvs", DataSubtype.Nvs],
  ["coredump", DataSubtype.Coredump],
  ["nvs_keys", DataSubtype.NvsKeys],
  ["efuse", DataSubtype.Efuse],
  ["undefined", DataSubtype.Undefined],
  ["fat", DataSubtype.Fat],
  ["spiffs", DataSubtype.Spiffs],
  ["littlefs", DataSubtype.LittleFs],
]);

export function subtypeNames(type: number): ReadonlyMap<string, number> {
  if (type === PartitionType.App) return appNames;
  return type === PartitionType.Data ? dataNames : new Map();
}

/** "app ota_0", "data 0x40". */
export function partitionKind(type: number, subtype: number): string {
  const typeName = nameOf(typeNames, type);
  return `${typeName} ${nameOf(subtypeNames(type), subtype)}`;
}

function nameOf(names: ReadonlyMap<string, number>, value: number): string {
  for (const [name, number] of names) if (number === value) return name;
  return `0x${value.toString(16).padStart(2, "0")}`;
}
