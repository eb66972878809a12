import { expect, test } from "vitest";
import { esp32Devkit } from "../../boards/esp32-devkit.js";
import type { FlashHook } from "../../src/board/nor-flash.js";
import { type tearModes, tearOf } from "../../src/board/power-cut.js";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { witness } from "../support/test-bundles.js";

const password = "dandelion";
type Mode = (typeof tearModes)[number];

/** Operation number `n`, from 0, of those that lie in [start, end). */
function nth(n: number, start: number, end: number, mode: Mode): FlashHook {
  let seen = 0;
  return ({ address }) => {
    if (address < start || address >= end) return undefined;
    return seen++ === n ? tearOf(mode, n + 1) : undefined;
  };
}

/** Where the power goes: in the image, or at a step of the journal: commit, count of the start, confirmation. */
const cuts: readonly (readonly ["image" | "journal", number, Mode])[] = [
  ["image", 0, "half"],
  ["image", 2, "bits"],
  ["image", 3, "complete"],
  ["journal", 0, "nothing"],
  ["journal", 0, "half"],
  ["journal", 0, "bits"],
  ["journal", 0, "all-but-one"],
  ["journal", 0, "complete"],
  ["journal", 1, "all-but-one"],
  ["journal", 1, "complete"],
  ["journal", 2, "all-but-one"],
  ["journal", 2, "complete"],
];

/** What may run after the cut. */
function may(what: "image" | "journal", n: number, mode: Mode): RegExp {
  if (what === "image") return /^witness@1/;
  if (n > 0 || mode === "complete") return /^witness@2/;
  // The engine programs whole words: half of one may hold all of the record, or nothing.
  return mode === "half" ? /^witness@[12]/ : /^witness@1/;
}

function area(board: GardenBoard, what: "image" | "journal"): { start: number; end: number } {
  if (what === "image") return board.slot("app", 1);
  const start = (esp32Devkit.espruino?.storage.offset ?? 0) + esp32Devkit.blockLength;
  return { start, end: start + 2 * esp32Devkit.blockLength };
}

for (const [what, n, mode] of cuts)
  test.concurrent(`power cut at ${what} write ${n}, torn "${mode}"`, async () => {
    await withBoard({ app: await witness(), password }, async (board) => {
      await board.ready();
      // The first start has been confirmed, so the journal's next word is the commit.
      await board.settled();
      const { start, end } = area(board, what);
      board.flash.hook = nth(n, start, end, mode);
      const cut = board.wait("dark");
      cut.catch(() => undefined);
      const sent = board.upload(await witness("2.0.0"), { chunk: 256 }).then(
        () => true,
        () => false,
      );
      await cut;
      board.flash.hook = undefined;
      const from = board.events.length;
      board.virtual.powerOn();
      const { app } = await board.ready(from);
      expect(app).toMatch(may(what, n, mode));
      if (await sent) expect(app).toBe("witness@2.0.0");
      // Whatever runs settles, and the next update is as good as any.
      await board.settled();
      expect(await board.update(await witness("3.0.0"), { retries: 3 })).toMatchObject({
        app: "witness@3.0.0",
      });
      expect(board.flash.violations).toBe(0);
    });
  });
