import { AppSubtype, DataSubtype, PartitionType } from "../core/flash/partition-table.js";

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
