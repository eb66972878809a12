/** Zones count from 1; zone 2 is watered by valve 2. */
export interface Watering {
  readonly zone: number;
  /** How long the pump runs. */
  readonly seconds: number;
}

/** A watering program, as data. */
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

/** Steps of all rounds together. */
export function stepCount(program: Program): number {
  return program.waterings.length * program.rounds;
}

export function stepAt(program: Program, step: number): Watering {
  return program.waterings[step % program.waterings.length];
}

/** A single zone, as a program that nothing starts by itself. */
export function singleRun(name: string, zone: number, seconds: number): Program {
  return {
    name: name,
    waterings: [{ zone: zone, seconds: seconds }],
    rounds: 1,
    soakSeconds: 0,
    startMinutes: [],
    everyMinutes: 0,
  };
}
