import { appHeaderLength } from "../../core/app-header.js";
import { u32 } from "../../core/read.js";
import { storageHeaderLength, storeFileName } from "../../core/store.js";
import { engineBytes } from "./engine-bytes.js";
import { storeFlash, storeOfBoard } from "./engine-flash.js";

/** A reader of the page, which lies behind the code of the running agent. @param slot of that agent */
export function pageReader(slot: number): (offset: number, length: number) => string {
  const start = storeOfBoard.agent[slot] * BOARD_BLOCK;
  const payload = u32(engineBytes, storeFlash.read(appHeaderLength, start), 12);
  // The comment's end stands behind it.
  const page = start + appHeaderLength + payload - SLUICE_PAGE_LENGTH - 2 - storageHeaderLength;
  return (offset, length) => require("Storage").read(storeFileName, page + offset, length) as string;
}
