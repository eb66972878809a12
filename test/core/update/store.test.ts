import { describe, expect, it } from "vitest";
import { storageHeaderLength, storeFileLength, storeLayout } from "../../../src/core/update/store.js";

describe("storeLayout", () => {
  it.each([
    [4096, 12, 16],
    [4096, 8, 1],
    [1024, 2, 3],
  ])(
    "lays blocks of %i bytes, %i an agent and %i an app, end to end",
    (blockLength, agentBlocks, appBlocks) => {
      const layout = storeLayout(blockLength, agentBlocks, appBlocks);
      const used = [
        [0, 1],
        [layout.journal, 2],
        [layout.notes, 2],
        ...layout.agent.map((block) => [block, agentBlocks]),
        ...layout.app.map((block) => [block, appBlocks]),
      ];
      let next = 0;
      for (const [block, blocks] of used) {
        expect(block).toBe(next);
        next += blocks;
      }
      expect(layout.blocks).toBe(next);
      expect(storeFileLength(layout) + storageHeaderLength).toBe(next * blockLength);
    },
  );
});
