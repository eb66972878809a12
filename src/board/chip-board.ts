import type { Board } from "../../boards/index.js";
import { bootChip } from "./boot-loaders/boot-chip.js";
import { type BootOutcome, bootText, firmwareFacts } from "./boot-loaders/outcome.js";
import { type BoardClock, realClock } from "./clock.js";
import { type EventListener, EventLog } from "./events.js";
import type { NorFlash } from "./nor-flash.js";
import { type ResetReason, RtcMemory } from "./rtc.js";

export interface ChipBoardOptions {
  readonly board: Board;
  readonly clock?: BoardClock | undefined;
  /** How many times faster than real time its time passes, when no clock is given. */
  readonly speed?: number;
  readonly onEvent?: EventListener;
}

/** A chip with its flash, its boot loader and its clock, and the log of what happens on it. Subclasses run the firmware. */
export class ChipBoard extends EventLog {
  readonly board: Board;
  readonly clock: BoardClock;
  readonly rtc = new RtcMemory();

  constructor(
    { board, clock: given, speed, onEvent }: ChipBoardOptions,
    readonly flash: NorFlash,
  ) {
    const clock = given ?? realClock(speed);
    super(clock.now);
    this.board = board;
    this.clock = clock;
    if (onEvent) this.listen(onEvent);
  }

  /**
   * Runs the chip's boot loader. A blank slot stands for the firmware that the virtual board itself is.
   * @throws PowerCut
   */
  protected runBootLoader(resetReason: ResetReason): BootOutcome {
    const { board, flash, rtc } = this;
    return bootChip({ board, flash, rtc, resetReason, allowBlankFirmware: true });
  }

  protected reportFirmware(outcome: BootOutcome): void {
    this.add({ event: "firmware", text: bootText(outcome), ...firmwareFacts(outcome) });
  }
}
