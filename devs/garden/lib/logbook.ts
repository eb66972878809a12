import { type Interruption, interruptionText, parseInterruption } from "./interruption.js";
import { stepAt, stepCount } from "./program.js";
import type { Sequence } from "./sequence.js";

/**
 * The record of where the sequence is, for the time after a restart. Flash wears: it is written when a step begins or
 * is interrupted, not while the water runs.
 */
export class Logbook {
  private readonly remember: (text: string) => void;
  private text = "";

  constructor(remember: (text: string) => void) {
    this.remember = remember;
  }

  /** What the last start has left. */
  open(recalled: string): void {
    this.text = recalled;
  }

  isEmpty(): boolean {
    return this.text === "";
  }

  /** @returns undefined when the record is damaged */
  read(): Interruption | undefined {
    return parseInterruption(this.text);
  }

  /** @param epochSeconds now, 0 while the clock is not set */
  write(sequence: Sequence, epochSeconds: number): void {
    if (sequence.step >= stepCount(sequence.program)) return;
    this.keep(
      interruptionText({
        program: sequence.program.name,
        step: sequence.step,
        zone: stepAt(sequence.program, sequence.step).zone,
        secondsLeft: sequence.secondsLeft(),
        at: Math.floor(epochSeconds),
      }),
    );
  }

  clear(): void {
    this.keep("");
  }

  private keep(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.remember(text);
  }
}
