import type { Level } from "../pins.js";
import type { Device } from "./device.js";
import type { Listener } from "./emitter.js";
import { freeId, named } from "./lib-timers.js";
import type { Machine } from "./machine.js";

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
export function installWatches(
  machine: Machine,
  device: Device,
  numberOf: (pin: unknown) => number | undefined,
  pinObject: (number: number) => unknown,
): void {
  const { realm } = machine;
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
    machine.soon(() => machine.callEach([watch.call], undefined, [event]));
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
  const stop = pins.listen(changed);
  machine.cleanup(() => {
    stop();
    for (const watch of watches.values()) watch.settle();
  });

  realm.define(
    "setWatch",
    machine.api((what: unknown, pin: unknown, options: unknown) => {
      if (typeof what !== "function" && typeof what !== "string")
        throw realm.error("Error", "Function or String not supplied!");
      const settings = typeof options === "object" && options !== null ? options : { repeat: options };
      const edge = edgeOf("edge" in settings ? settings.edge : undefined, machine);
      const number = numberOf(pin);
      if (number === undefined) return machine.print("ERROR: Invalid pin");
      const id = freeId(watches);
      watches.set(id, {
        pin: number,
        call: what as Listener | string,
        repeat: "repeat" in settings && Boolean(settings.repeat),
        edge,
        debounce: "debounce" in settings ? Number(settings.debounce) || 0 : 0,
        state: pins.readLevel(number),
        lastTime: undefined,
        settle: () => undefined,
      });
      return id;
    }),
  );
  realm.define(
    "clearWatch",
    machine.api((...ids: unknown[]) => {
      const [first] = named(machine, "clearWatch", ids);
      if (first !== undefined && !watches.has(Number(first)))
        throw realm.error("Error", `Unknown Watch ${String(first)}`);
      for (const id of first === undefined ? [...watches.keys()] : [Number(first)]) {
        watches.get(id)?.settle();
        watches.delete(id);
      }
    }),
  );
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
