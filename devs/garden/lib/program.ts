/** Inlined: a variable would take memory. */
export const enum Day {
  Minutes = 1440,
}

/** Zones count from 1; zone 2 is watered by valve 2. */
export interface Watering {
  readonly zone: number;
  /** How long the pump runs. */
  readonly seconds: number;
}

/** A watering program, as data. What it gives a zone in a day is also the most that the zone gets (water-book.ts). */
export interface Program {
  /** One word: it is kept in the record of an interruption. */
  readonly name: string;
  readonly waterings: Watering[];
  /** How often the list is gone through. */
  readonly rounds: number;
  /** Pause between two rounds, in which the soil takes the water in. */
  readonly soakSeconds: number;
  /** Starts, in minutes of the day, when the clock is set. */
  readonly startMinutes: number[];
  /** Minutes between two starts, counted from the boot, when the clock is not set. */
  readonly everyMinutes: number;
}

/** Steps count from 0 over all rounds. @returns undefined when the program is over */
export function stepAt(program: Program, step: number): Watering | undefined {
  const list = program.waterings;
  return step < list.length * program.rounds ? list[step % list.length] : undefined;
}
