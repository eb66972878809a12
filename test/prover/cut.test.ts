import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tearModes } from "../../src/board/power-cut.js";
import { type Cut, rtcFates, tornState } from "../../src/prover/cut.js";
import { boardKey, chipKey, Fingerprint, record } from "../../src/prover/record.js";
import { parseReplayId, replayId } from "../../src/prover/result.js";
import { World } from "../../src/prover/scenario.js";
import { StateTable } from "../../src/prover/state-table.js";

const size = 16 * 1024;

/** Writes here and there, over old bytes and blank ones, with an erase in between. */
function run(world: World): [] {
  world.flash.program(100, new Uint8Array(700).fill(0x5a));
  world.flash.eraseBlockAt(4096);
  world.flash.program(
    4096,
    Uint8Array.from({ length: 300 }, (_, i) => i & 255),
  );
  world.flash.program(8192, new Uint8Array(10).fill(0));
  return [];
}

function start(): World {
  const world = World.blank(size, 4096);
  world.flash.program(4096, new Uint8Array(2000).fill(0x33));
  return world;
}

const bytes = (world: World): string => Buffer.from(world.flash.read(0, size)).toString("latin1");

const anyCut = fc.record({
  operation: fc.nat(99_999),
  tear: fc.constantFrom(...tearModes),
  rtc: fc.constantFrom(...rtcFates),
});

describe("a recording", () => {
  const recording = record(start(), new Fingerprint(), run);

  it("keeps the board as it was before each operation", () => {
    const world = start();
    const seen: string[] = [];
    world.flash.hook = () => {
      seen.push(bytes(world));
      return undefined;
    };
    run(world);
    expect(recording.steps.map((step) => bytes(step.before))).toEqual(seen);
    expect(bytes(recording.end)).toBe(bytes(world));
  });

  it("gives equal fingerprints to equal chips and others to others", () => {
    const again = record(recording.end, recording.endKey, (world) => {
      world.flash.eraseBlockAt(8192);
      world.flash.program(8192, new Uint8Array(10).fill(0));
      return [];
    });
    expect(again.endKey).toEqual(recording.endKey);
    expect(again.steps[1].key).not.toEqual(recording.endKey);
    expect(record(start(), chipKey(start()), run).endKey).toEqual(chipKey(recording.end));
    expect(chipKey(World.blank(size, 4096))).toEqual(new Fingerprint());
  });

  it("is cut as if the power had gone in the run itself, and keyed as the chip that is left", () => {
    const from = start();
    from.readsRtc = true;
    from.rtc.write(0, new Uint8Array(512).fill(7));
    const { steps, end } = record(from, chipKey(from), run);
    for (const [operation, step] of steps.entries())
      for (const tear of tearModes)
        for (const rtc of rtcFates) {
          const state = tornState(step, { operation, tear, rtc }, 5);
          const made = state.make();
          expect(state.flashKey).toEqual(chipKey(made));
          expect(state.boardKey).toEqual(boardKey(state.flashKey, made));
          if (tear === "nothing") expect(bytes(made)).toBe(bytes(step.before));
          if (tear === "complete") expect(bytes(made)).toBe(bytes(steps[operation + 1]?.before ?? end));
          const left = made.rtc.read(0, 512);
          expect([left[0] === 7, left.every((byte) => byte === 7)]).toEqual([rtc !== "lost", rtc === "kept"]);
        }
  });
});

describe("the table of states", () => {
  const any = fc.tuple(fc.integer(), fc.integer(), fc.integer()).map((lanes) => new Fingerprint(lanes));

  it("keeps what a map would keep, and counts boards once whatever their past", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(any, fc.nat(3), fc.integer({ min: 1 })), { maxLength: 3000 }), (rows) => {
        const table = new StateTable();
        const map = new Map<string, number>();
        for (const [board, past, value] of rows) {
          table.set(board, board.with(past), value);
          map.set(`${board.lanes.slice(0, 2)} ${board.with(past).lanes[2]}`, value);
        }
        expect(table.size).toBe(map.size);
        for (const [board, past] of rows)
          expect(table.get(board, board.with(past))).toBe(
            map.get(`${board.lanes.slice(0, 2)} ${board.with(past).lanes[2]}`),
          );
        const boards = new Set(rows.map(([{ lanes }]) => `${lanes.slice(0, 2)}`));
        expect(table.boards().length).toBe(boards.size);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a replay id", () => {
  it("says the cuts and the seed, both ways", () => {
    fc.assert(
      fc.property(fc.array(anyCut, { maxLength: 4 }), fc.nat(999_999), (cuts: Cut[], seed) => {
        expect(parseReplayId(replayId("esp32-devkit/app", cuts, seed))).toEqual({
          layout: "esp32-devkit",
          path: "app",
          cuts,
          seed,
        });
      }),
    );
  });

  it.each(["", "app", "a/b@1.half#1", "a/b@1.gone.lost#1", "a/b@1.half.lost", "a/b@x.half.lost#1"])(
    "%j is none",
    (text) => {
      expect(parseReplayId(text)).toBeUndefined();
    },
  );
});
