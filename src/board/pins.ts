export const pinModes = [
  "analog",
  "input",
  "input_pullup",
  "input_pulldown",
  "output",
  "opendrain",
  "opendrain_pullup",
  "af_output",
  "af_opendrain",
] as const;

export type PinMode = (typeof pinModes)[number];

export type Level = 0 | 1;

/**
 * `level` is what a voltmeter shows, `driven` what the program itself drives; undefined when the pin floats, or the
 * program drives none.
 */
type PinListener = (pin: number, level: Level | undefined, driven: Level | undefined) => void;

interface PinState {
  /** Undefined after a reset, while nothing has touched it. */
  mode: PinMode | undefined;
  /** True once the program has called pinMode: reading and writing then leave the mode alone. */
  manual: boolean;
  latch: Level;
  /** What the world outside puts on the pin. */
  outside: Level | undefined;
}

/**
 * The pins of a board. Inside, the program sets modes and levels; outside, switches and sensors drive inputs and
 * valves listen to outputs. After a reset or without power nothing is driven from inside; the outside stays.
 */
export class Pins {
  readonly count: number;
  readonly #pins: PinState[];
  readonly #listeners = new Set<PinListener>();

  constructor(count = 40) {
    this.count = count;
    this.#pins = Array.from({ length: count }, () => ({
      mode: undefined,
      manual: false,
      latch: 0,
      outside: undefined,
    }));
  }

  /** What a voltmeter shows. Undefined: the pin floats. */
  level(pin: number): Level | undefined {
    const state = this.#pin(pin);
    return driven(state) ?? state.outside ?? pull(state);
  }

  /** The level that the program itself drives, undefined when it drives none. */
  driven(pin: number): Level | undefined {
    return driven(this.#pin(pin));
  }

  mode(pin: number): PinMode | undefined {
    return this.#pin(pin).mode;
  }

  /** The world outside puts a level on a pin, or none. */
  drive(pin: number, level: Level | undefined): void {
    this.#change(pin, (state) => {
      state.outside = level;
    });
  }

  /** Calls the listener after each change of a pin's level, or of what drives it. @returns what ends it */
  listen(listener: PinListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** The program's pinMode; `undefined` is "auto". */
  setMode(pin: number, mode: PinMode | undefined, automatic = false): void {
    this.#change(pin, (state) => {
      state.manual = mode !== undefined && !automatic;
      if (mode !== undefined) state.mode = mode;
    });
  }

  /** The program's digitalWrite: makes the pin an output unless pinMode was called. */
  write(pin: number, level: Level): void {
    this.#change(pin, (state) => {
      state.latch = level;
      if (!state.manual) state.mode = "output";
    });
  }

  /** The program's digitalRead; a floating pin reads 0 here, where a chip reads anything. */
  readLevel(pin: number): Level {
    const state = this.#pin(pin);
    if (!state.manual && !isOutput(state.mode))
      this.#change(pin, () => {
        state.mode = "input";
      });
    return this.level(pin) ?? 0;
  }

  /** Reset or power loss: from inside every pin floats. */
  float(): void {
    for (let pin = 0; pin < this.count; pin++)
      this.#change(pin, (state) => {
        state.mode = undefined;
        state.manual = false;
        state.latch = 0;
      });
  }

  #pin(pin: number): PinState {
    const state = this.#pins[pin];
    if (!state) throw new RangeError(`there is no pin ${pin}`);
    return state;
  }

  #change(pin: number, change: (state: PinState) => void): void {
    const state = this.#pin(pin);
    const before = this.level(pin);
    const drivenBefore = driven(state);
    change(state);
    const after = this.level(pin);
    // who holds the level matters too: a relay on a pin that floats high is not driven any more
    if (before !== after || drivenBefore !== driven(state))
      for (const listener of [...this.#listeners]) listener(pin, after, driven(state));
  }
}

function isOutput(mode: PinMode | undefined): boolean {
  return mode === "output" || mode === "af_output" || isOpenDrain(mode);
}

function isOpenDrain(mode: PinMode | undefined): boolean {
  return mode === "opendrain" || mode === "opendrain_pullup" || mode === "af_opendrain";
}

function driven(state: PinState): Level | undefined {
  if (!isOutput(state.mode)) return undefined;
  return isOpenDrain(state.mode) && state.latch === 1 ? undefined : state.latch;
}

function pull(state: PinState): Level | undefined {
  if (state.mode === "input_pullup" || state.mode === "opendrain_pullup") return 1;
  return state.mode === "input_pulldown" ? 0 : undefined;
}
