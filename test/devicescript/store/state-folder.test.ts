import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gatewayFolder, StateFolder } from "../../../src/devicescript/gateway/store/state-folder.js";
import type { StoredBoard } from "../../../src/devicescript/gateway/store/stored-board.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sluice-state-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const program = { sha256: "ab".repeat(32), size: 640 };
const board: StoredBoard = {
  id: "0011223344556677",
  name: "roses",
  key: Buffer.alloc(32, 7),
  nextKey: Buffer.alloc(32, 8),
  gateway: "ws://192.168.1.2:8267",
  state: {
    good: program,
    task: {
      wanted: program,
      previous: undefined,
      stage: "return",
      writes: 2,
      crashes: 1,
      starts: 3,
      reason: { code: "NOT_HEALTHY", text: "no water" },
    },
  },
};

describe("the gateway's state folder", () => {
  test("keeps boards as they are, readable by their owner only", () => {
    const folder = new StateFolder(join(root, "new/folder"));
    const plain: StoredBoard = {
      ...board,
      id: "8899aabbccddeeff",
      nextKey: undefined,
      gateway: undefined,
      state: {},
    };
    folder.saveBoard(plain);
    folder.saveBoard(board);
    expect(new StateFolder(join(root, "new/folder")).boards()).toEqual([board, plain]);
    if (process.platform !== "win32")
      expect(statSync(join(folder.folder, "boards", `${board.id}.json`)).mode & 0o077).toBe(0);
  });

  test.skipIf(process.platform === "win32")("a folder that everyone may write into is refused", () => {
    chmodSync(root, 0o777);
    expect(() => new StateFolder(root)).toThrow(expect.objectContaining({ code: "UNSAFE_STATE_FOLDER" }));
  });

  test("a record that cannot be read is an error, not a board that is forgotten", () => {
    const folder = new StateFolder(root);
    folder.saveBoard(board);
    const file = join(root, "boards", `${board.id}.json`);
    for (const text of ["", "{}", readFileSync(file, "utf8").replace(/"key": "07/, '"key": "0x')]) {
      writeFileSync(file, text);
      expect(() => folder.boards()).toThrow(expect.objectContaining({ code: "BAD_GATEWAY_STATE" }));
    }
  });

  test("keeps programs under their hash, and takes nothing else for them", () => {
    const folder = new StateFolder(root);
    const bytes = new Uint8Array(64).fill(5);
    const { sha256, size } = folder.keepProgram(bytes).program;
    expect(size).toBe(64);
    expect(folder.program(sha256)).toEqual(bytes);
    writeFileSync(join(root, "programs", `${sha256}.devs`), "damaged");
    expect(folder.program(sha256)).toBeUndefined();
    folder.keepProgram(bytes);
    expect(folder.program(sha256)).toEqual(bytes);
    folder.prune(new Set([sha256]));
    expect(readdirSync(join(root, "programs"))).toHaveLength(1);
    folder.prune(new Set());
    expect(folder.program(sha256)).toBeUndefined();
  });

  test("where it is", () => {
    expect(gatewayFolder("x", {})).toBe("x");
    expect(gatewayFolder(undefined, { SLUICE_GATEWAY: "y", XDG_STATE_HOME: "/s" })).toBe("y");
    expect(gatewayFolder(undefined, { XDG_STATE_HOME: "/s" })).toBe(join("/s", "sluice/gateway"));
  });
});
