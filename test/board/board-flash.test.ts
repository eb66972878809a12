import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openState } from "../../src/board/board-flash.js";
import { esp32 } from "../support/test-bundles.js";

test.skipIf(process.platform === "win32")(
  "a board's flash, with the hashes in it, is its owner's only",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-state-"));
    try {
      const state = await openState(
        esp32,
        join(folder, "board"),
        async () => new Uint8Array(esp32.flashSize),
      );
      state.close();
      expect(statSync(join(folder, "board/flash.bin")).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, "board")).mode & 0o777).toBe(0o700);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
