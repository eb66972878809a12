import { appHeaderLength } from "../../../core/bundle/header.js";
import type { Chunk } from "../../../core/ports.js";
import { textField, u32 } from "../../../core/read.js";
import { storageHeaderLength, storeFileName, storeLayout } from "../../../core/update/store.js";
import { headBytes } from "../ports/engine-bytes.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { Part, type PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.PullSlot] };

/** What the server is told of a slot. */
exports.open = (it, isAgent, slot) => {
  const layout = storeLayout(BOARD_BLOCK, BOARD_AGENT_BLOCKS, BOARD_APP_BLOCKS);
  const start = (isAgent ? layout.agent : layout.app)[slot] * BOARD_BLOCK - storageHeaderLength;
  const room = (isAgent ? BOARD_AGENT_BLOCKS : BOARD_APP_BLOCKS) * BOARD_BLOCK;
  const read = (length: number, offset: number): Chunk =>
    require("Storage").read(storeFileName, start + offset, length) as unknown as Chunk;
  const head = read(appHeaderLength, 0);
  const size = appHeaderLength + u32(headBytes, head, 12);
  if (size > room) return { md5: "", size: 0, version: "", name: "" };
  const digest = engineMd5(() => it.load(Part.Md5))();
  for (let done = 0; done < size; done += BOARD_BLOCK)
    digest.update(read(size - done < BOARD_BLOCK ? size - done : BOARD_BLOCK, done));
  return {
    md5: digest.hex(),
    size: size,
    version: textField(headBytes, head, 80, 24),
    name: textField(headBytes, head, 56, 24),
  };
};
