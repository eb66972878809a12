import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tearModes } from "../../src/board/power-cut.js";
import { type Cut, tornState } from "../../src/prover/cut.js";
import { Fingerprint, record, zeroKey } from "../../src/prover/record.js";
import { parseReplayId, replayId } from "../../src/prover/result.js";
import { World } from "../../src/prover/scenario.js";

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
  rtc: fc.constantFrom("kept" as const, "lost" as const),
});

describe("a recording", () => {
  const recording = record(start(), zeroKey, run);

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
    expect(again.endKey.text()).toBe(recording.endKey.text());
    expect(again.steps[1].key.text()).not.toBe(recording.endKey.text());
    expect(new Fingerprint().text()).toBe(zeroKey.text());
  });

  it("is cut as if the power had gone in the run itself", () => {
    for (const [operation, step] of recording.steps.entries())
      for (const tear of tearModes)
        for (const rtc of ["lost", "kept"] as const) {
          const state = tornState(step, { operation, tear, rtc }, 5);
          const made = state.make();
          const asKey = record(made, state.flashKey, () => []).endKey.text();
          expect(asKey).toBe(state.flashKey.text());
          if (tear === "nothing") expect(bytes(made)).toBe(bytes(step.before));
          if (tear === "complete")
            expect(bytes(made)).toBe(bytes(recording.steps[operation + 1]?.before ?? recording.end));
          expect(made.rtc.read(0, 1)[0]).toBe(rtc === "lost" ? 0xa5 : 0);
        }
  });

  it("keys what a torn operation leaves as it keys the chip that was torn", () => {
    const target = recording.steps[3];
    const one = tornState(target, { operation: 3, tear: "bits", rtc: "lost" }, 5);
    const made = one.make();
    const viaSteps = target.key.after(
      target.block,
      target.blockBefore,
      made.flash.frozenBlockAt(target.operation.address),
    );
    expect(one.flashKey.text()).toBe(viaSteps.text());
  });
});

describe("a replay id", () => {
  it("says the cuts and the seed, both ways", () => {
    fc.assert(
      fc.property(fc.array(anyCut, { maxLength: 2 }), fc.nat(999_999), (cuts: Cut[], seed) => {
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
