import { type Level, type PinMode, pinModes } from "../pins.js";
import type { Host } from "./device.js";
import type { Listener } from "./emitter.js";
import { clearFunction, freeId } from "./lib-timers.js";
import type { Machine } from "./machine.js";
import { markPin, pinNumber, typeName } from "./values.js";

/** Pins: Pin and D0.., pinMode, digitalWrite, digitalRead, analogRead, setWatch (src/jswrap_io.c, jswrap_pin.c). */
export function installPins(host: Host): void {
  const { machine, realm } = host;
  const { board, pins } = host.device;
  const pinClass = realm.evaluate(
    "(function(find) { return function Pin(value) { return find(value) || (this instanceof Pin ? this : Object.create(Pin.prototype)); }; })",
    "Pin",
  ) as (find: unknown) => { new (value: unknown): object; prototype: Record<string, unknown> };

  /** A pin may be given as itself, by its number and by its name. */
  const find = (pin: unknown): number | undefined => {
    const name = typeof pin === "string" ? /^D(\d+)$/.exec(pin)?.[1] : undefined;
    const number = pinNumber(pin) ?? (typeof pin === "number" ? pin : Number(name));
    return Number.isInteger(number) && number >= 0 && number < pins.count ? number : undefined;
  };
  const numberOf = (pin: unknown): number => {
    const number = find(pin);
    if (number === undefined) throw realm.error("Error", "Invalid pin");
    return number;
  };
  const objects: object[] = [];
  const make = pinClass(machine.api((value: unknown) => objects[find(value) ?? -1]));
  const setMode = (pin: unknown, mode: unknown, automatic: unknown): void => {
    const isAuto = mode === undefined || mode === "auto";
    if (!isAuto && !pinModes.includes(mode as PinMode)) throw realm.error("Error", "Unknown pin mode");
    pins.setMode(numberOf(pin), isAuto ? undefined : (mode as PinMode), Boolean(automatic));
  };
  /** The method of what is no pin but acts as one. */
  const substitute = (pin: unknown, method: "read" | "write"): ((value?: number) => unknown) | undefined => {
    if (typeof pin !== "object" || pin === null || pinNumber(pin) !== undefined) return undefined;
    const found: unknown = (pin as Record<string, unknown>)[method];
    if (typeof found !== "function") throw realm.error("Error", "Invalid pin");
    return (value) => found.call(pin, value);
  };
  const write = (pin: unknown, value: unknown): void => {
    // `true` means all the pins of a list; in it, the last pin takes the lowest bit
    let bits = typeof value === "boolean" ? (value ? -1 : 0) : Number(value) | 0;
    if (!Array.isArray(pin)) {
      const other = substitute(pin, "write");
      if (other) other(bits);
      else pins.write(numberOf(pin), bits === 0 ? 0 : 1);
      return;
    }
    for (const one of [...pin].reverse()) {
      pins.write(numberOf(one), (bits & 1) as Level);
      bits >>= 1;
    }
  };
  const read = (pin: unknown): number => {
    if (Array.isArray(pin))
      return pin.reduce<number>((value, one) => (value << 1) | pins.readLevel(numberOf(one)), 0);
    const other = substitute(pin, "read");
    return other ? Number(other()) | 0 : pins.readLevel(numberOf(pin));
  };
  const analogWrite = (pin: unknown, value: unknown): void =>
    pins.write(numberOf(pin), Number(value) >= 0.5 ? 1 : 0);
  const pulse = pulses(host, numberOf);
  const getMode = (pin: unknown): unknown => pins.mode(numberOf(pin));
  /** Nothing outside drives a voltage. */
  const analogRead = (pin: unknown): number => {
    numberOf(pin);
    return 0;
  };
  machine.globals({
    pinMode: setMode,
    digitalWrite: write,
    digitalRead: read,
    digitalPulse: pulse,
    analogRead,
    analogWrite,
    getPinMode: getMode,
  });
  machine.methods(make.prototype, {
    write,
    set: (pin) => write(pin, 1),
    reset: (pin) => write(pin, 0),
    read: (pin) => read(pin) === 1,
    mode: setMode,
    getMode,
    pulse,
    analog: analogRead,
    pwm: analogWrite,
    toggle: (pin) => {
      const level = read(pin) === 0;
      write(pin, level);
      return level;
    },
    valueOf: numberOf,
    toString: (pin: unknown) => `D${numberOf(pin)}`,
  });
  realm.define("Pin", make);
  for (let pin = 0; pin < pins.count; pin++) {
    const object = new make(pin);
    markPin(object, pin);
    objects.push(object);
    realm.define(`D${pin}`, object);
  }
  // Espruino's names for what is on every devkit of the ESP32's family
  if (board.chip.startsWith("esp32"))
    for (const [name, pin] of Object.entries({ LED: 2, LED1: 2, BTN: 0, BTN1: 0 }))
      realm.define(name, objects[pin]);
  realm.define("HIGH", 1);
  realm.define("LOW", 0);
  installWatches(host, find, (number) => objects[number]);
}

interface Watch {
  readonly pin: number;
  readonly call: Listener | string;
  readonly repeat: boolean;
  /** 1 rising, -1 falling, 0 both. */
  readonly edge: number;
  /** ms that the level must stay. */
  readonly debounce: number;
  state: Level;
  lastTime: number | undefined;
  settle: () => void;
}

/** setWatch and clearWatch (src/jswrap_io.c): default is both edges, once. */
function installWatches(
  { machine, realm, device }: Host,
  numberOf: (pin: unknown) => number | undefined,
  pinObject: (number: number) => unknown,
): void {
  const { pins, clock, time } = device;
  const watches = new Map<number, Watch>();

  const trigger = (id: number, watch: Watch, state: Level, at: number): void => {
    if (state === watch.state) return;
    watch.state = state;
    const lastTime = watch.lastTime;
    watch.lastTime = at;
    if (watch.edge !== 0 && watch.edge !== (state === 1 ? 1 : -1)) return;
    if (!watch.repeat) watches.delete(id);
    const event = realm.object({ state: state === 1, lastTime, time: at, pin: pinObject(watch.pin) });
    machine.enter(() => machine.callEach([watch.call], undefined, [event]));
  };
  const changed = (pin: number, level: Level | undefined): void => {
    const at = time.now() / 1000;
    for (const [id, watch] of [...watches]) {
      if (watch.pin !== pin) continue;
      watch.settle();
      if (watch.debounce <= 0) trigger(id, watch, level ?? 0, at);
      else watch.settle = clock.after(watch.debounce, () => trigger(id, watch, level ?? 0, at));
    }
  };
  const clear = clearFunction(machine, "clearWatch", watches, (watch) => watch.settle());
  machine.cleanup(pins.listen(changed));
  machine.cleanup(clear);

  machine.globals({
    setWatch: (what, pin, options) => {
      if (typeof what !== "function" && typeof what !== "string")
        throw realm.error("Error", "Function or String not supplied!");
      const given: Record<string, unknown> =
        typeof options === "object" && options !== null ? { ...options } : { repeat: options };
      const edge = edgeOf(given["edge"], machine);
      const number = numberOf(pin);
      if (number === undefined) return machine.print("ERROR: Invalid pin");
      const id = freeId(watches);
      watches.set(id, {
        pin: number,
        call: what as Listener | string,
        repeat: Boolean(given["repeat"]),
        edge,
        debounce: Number(given["debounce"]) || 0,
        state: pins.readLevel(number),
        lastTime: undefined,
        settle: () => undefined,
      });
      return id;
    },
    clearWatch: (...ids) => {
      if (ids[0] !== undefined && !watches.has(Number(ids[0])))
        throw realm.error("Error", `Unknown Watch ${String(ids[0])}`);
      clear(...ids);
    },
  });
}

function edgeOf(edge: unknown, machine: Machine): number {
  if (edge === undefined || edge === "both" || edge === 0) return 0;
  if (edge === "rising" || edge === 1) return 1;
  if (edge === "falling" || edge === -1) return -1;
  throw machine.realm.error(
    "TypeError",
    "'edge' in setWatch should be 1, -1, 0, 'rising', 'falling' or 'both'",
  );
}

/**
 * digitalPulse(pin, level, ms or a list of ms) (src/jswrap_io.c): the first edge at once, the others by a hardware timer;
 * a pulse that still runs on the pin is followed, not cut.
 */
function pulses(
  { machine, realm, device }: Host,
  numberOf: (pin: unknown) => number,
): (pin: unknown, value: unknown, times: unknown) => void {
  const { pins, clock } = device;
  /** When the last edge of a pin is due. */
  const ends = new Map<number, number>();
  const edge = (pin: number, at: number, level: boolean): void => {
    ends.set(pin, at);
    machine.cleanup(
      clock.after(at - clock.now(), () => {
        if (ends.get(pin) === at) ends.delete(pin);
        pins.write(pin, level ? 1 : 0);
      }),
    );
  };
  return (pin, value, times) => {
    const number = numberOf(pin);
    let level = Boolean(value);
    let at = ends.get(number) ?? clock.now();
    if (!ends.has(number)) pins.write(number, level ? 1 : 0);
    if (typeof times !== "number" && !Array.isArray(times) && typeof times !== "string")
      throw realm.error("Error", `Expecting Number or Array, got ${typeName(times)}`);
    if (typeof times === "number" && !(times >= 0))
      throw realm.error("Error", "Pulse Time is less than 0 or not a number");
    for (const time of [times].flat().map(Number)) {
      if (time > 0) {
        at += time;
        edge(number, at, !level);
      }
      level = !level;
    }
  };
}
