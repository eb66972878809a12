import type { BoardClock } from "../../src/board/clock.js";
import { manualClock } from "../../src/board/manual-clock.js";

/** ms of ours between two steps. */
const stepMs = 4;

export interface PacedClock extends BoardClock {
  /** From now on so many times as fast as ours. */
  readonly pace: (speed: number) => void;
  readonly stop: () => void;
}

/**
 * Board time that runs `speed` times as fast as ours, but in steps that only a turn of the event loop can take: when
 * the computer is busy, the board's time stands still with it. So no deadline of the board passes because a test
 * machine was slow, and everything due on the board happens in its order.
 */
export function pacedClock(speed: number): PacedClock {
  const clock = manualClock();
  let perStep = stepMs * speed;
  let timer = setTimeout(step, stepMs);
  function step(): void {
    clock.advance(perStep);
    timer = setTimeout(step, stepMs);
  }
  return {
    ...clock,
    pace: (wanted) => {
      perStep = stepMs * wanted;
    },
    stop: () => clearTimeout(timer),
  };
}
