import { flashArea } from "../../src/board/flash-area.js";
import { NorFlash } from "../../src/board/nor-flash.js";
import type { Tear } from "../../src/board/power-cut.js";
import type { Flash } from "../../src/core/ports.js";
import { type StoreLayout, storeLayout } from "../../src/core/update/store.js";

export const blockLength = 1024;

/** A store of two blocks an agent and three an app, on a chip with a block to spare on either side. */
export const smallLayout: StoreLayout = storeLayout(blockLength, 2, 3);

export interface TestFlash {
  readonly chip: NorFlash;
  readonly flash: Flash;
}

/** A blank chip of `blocks` blocks and the core's port on all of it. */
export function blankFlash(blocks: number): TestFlash {
  return portOn(new NorFlash({ size: blocks * blockLength, blockLength }));
}

export function portOn(chip: NorFlash): TestFlash {
  return { chip, flash: flashArea(chip, 0, chip.size) };
}

/** Every way an operation can be torn; the random one with several seeds. */
export const tears: readonly Tear[] = [
  { mode: "nothing" },
  { mode: "half" },
  { mode: "bits", seed: 1 },
  { mode: "bits", seed: 7 },
  { mode: "bits", seed: 12345 },
  { mode: "bits", seed: 987654321 },
  { mode: "all-but-one" },
  { mode: "complete" },
];

/**
 * Cuts the power in every operation of `act`, in every tear mode, each time on a copy of the chip.
 * @param judge sees what is left in flash after each cut
 * @returns how many cuts there were
 */
export function cutEverywhere(
  chip: NorFlash,
  act: (copy: TestFlash) => void,
  judge: (left: TestFlash, tear: Tear, operation: number) => void,
): number {
  const whole = portOn(chip.fork());
  act(whole);
  const count = whole.chip.operations - chip.operations;
  for (let operation = 0; operation < count; operation++) {
    for (const tear of tears) {
      const copy = chip.fork();
      copy.cutAt(chip.operations + operation, tear);
      let cut = false;
      try {
        act(portOn(copy));
      } catch {
        cut = true;
      }
      if (!cut) throw new Error(`operation ${operation} was not cut`);
      copy.hook = undefined;
      judge(portOn(copy), tear, operation);
    }
  }
  return count * tears.length;
}
