import { readFileSync } from "node:fs";
import {
  factorySlot,
  otaBootOrder,
  otaEntryLength,
  otaSectorLength,
  parseOtaEntry,
} from "../../../../src/core/flash/otadata.js";
import { DataSubtype, PartitionType } from "../../../../src/core/flash/partition-table.js";
import { storeLayout } from "../../../../src/core/update/store.js";
import { appPartitions } from "../../../../src/image/board-target.js";
import { boardPartitions } from "../../../../src/image/partition-tables.js";
import { nodeBytes } from "../../../../src/node/bytes.js";
import { nodeCrypto } from "../../../../src/node/crypto.js";
import { board } from "../flash-file.js";

/** Whether slot "a" or "b" of applications holds these bytes, all of them. */
export function holdsApp(flash: string, slot: unknown, image: Uint8Array): boolean {
  const { espruino, blockLength } = board;
  if (espruino === undefined || (slot !== "a" && slot !== "b")) return false;
  const layout = storeLayout(blockLength, espruino.store.agentBlocks, espruino.store.appBlocks);
  const start = espruino.storage.offset + (layout.app[slot === "a" ? 0 : 1] ?? 0) * blockLength;
  return readFileSync(flash)
    .subarray(start, start + image.length)
    .equals(image);
}

/** The slot that the vendor's boot loader starts according to otadata: -1 factory, 0 ota_0. */
export function startedSlot(chip: Buffer): number {
  const otadata = boardPartitions(board).find(
    ({ type, subtype }) => type === PartitionType.Data && subtype === DataSubtype.Ota,
  );
  if (otadata === undefined) throw new Error(`${board.id} has no otadata`);
  const entries = [0, 1].map((sector) => {
    const at = otadata.offset + sector * otaSectorLength;
    return parseOtaEntry(nodeBytes, nodeBytes.fromText(chip.toString("latin1", at, at + otaEntryLength)));
  });
  return (
    otaBootOrder(nodeBytes, nodeCrypto, entries, appPartitions(board).length - 1, true)[0] ?? factorySlot
  );
}

/** Whether that slot holds these bytes, all of them. */
export function startsFirmware(flash: string, image: Uint8Array): boolean {
  const chip = readFileSync(flash);
  const start = appPartitions(board)[startedSlot(chip) + 1]?.offset ?? 0;
  return chip.subarray(start, start + image.length).equals(image);
}
