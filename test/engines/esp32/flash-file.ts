import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { esp32Devkit } from "../../../boards/esp32-devkit.js";
import { DataSubtype, PartitionType } from "../../../src/core/flash/partition-table.js";
import { buildAgent } from "../../../src/espruino/build/bundle.js";
import { type ProvisionOptions, storageImage } from "../../../src/espruino/provision.js";
import { flashPlan } from "../../../src/host/flash/plan.js";
import { boardPartitions } from "../../../src/image/partition-tables.js";

export const board = esp32Devkit;
export const password = "dandelion";
/** The emulated access point, which is open. */
const wifi = { ssid: "PICSimLabWifi" };

/** The firmware in the folder: `espruino.bin`, or under the name that Espruino's package gives it. */
export function firmwareOf(folder: string): Uint8Array {
  const own = join(folder, "espruino.bin");
  return readFileSync(existsSync(own) ? own : join(folder, "espruino_esp32.bin"));
}

/**
 * All of the flash of a board that was set up by cable.
 * @param folder holds boot loader and firmware, and NVS where the firmware needs one
 */
export async function flashFile(
  folder: string,
  app: Uint8Array,
  more: Partial<ProvisionOptions> = {},
): Promise<Uint8Array> {
  const agent = (await buildAgent(board)).bytes;
  const storage = await storageImage(board, { agent, app, password, log: true, wifi, ...more });
  const firmware = { bootLoader: readFileSync(join(folder, "bootloader.bin")), app: firmwareOf(folder) };
  const chip = new Uint8Array(board.flashSize).fill(0xff);
  for (const { address, bytes } of flashPlan(board, { firmware, storage }).parts) chip.set(bytes, address);
  const nvs = join(folder, "nvs.bin");
  const place = boardPartitions(board).find(
    ({ type, subtype }) => type === PartitionType.Data && subtype === DataSubtype.Nvs,
  );
  if (existsSync(nvs) && place !== undefined)
    chip.set(readFileSync(nvs).subarray(0, place.size), place.offset);
  return chip;
}
