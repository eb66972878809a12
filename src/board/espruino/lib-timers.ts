import type { Device } from "./device.js";
import type { Listener } from "./emitter.js";
import type { Machine } from "./machine.js";

interface Timer {
  due: number;
  interval: number | undefined;
  readonly call: Listener;
  readonly args: readonly unknown[];
  cancel: () => void;
}

/** setTimeout and its kin, on the board's clock; getTime, setTime and Date on the chip's. */
export function installTimers(machine: Machine, device: Device): void {
  const { realm } = machine;
  const { clock, time } = device;
  const timers = new Map<number, Timer>();
  let lastId = 0;

  const arm = (id: number, timer: Timer): void => {
    timer.cancel = clock.after(timer.due - clock.now(), () => fire(id, timer));
  };
  const fire = (id: number, timer: Timer): void => {
    if (timer.interval === undefined) timers.delete(id);
    machine.enter(() => machine.callEach([timer.call], undefined, timer.args));
    if (timer.interval === undefined || !timers.has(id) || machine.over) return;
    // from the time it was due, so that intervals do not drift; but never a flood after a stall
    timer.due = Math.max(timer.due + timer.interval, clock.now());
    arm(id, timer);
  };
  const add = (what: unknown, ms: unknown, args: readonly unknown[], repeat: boolean): number => {
    if (typeof what !== "function" && typeof what !== "string")
      throw realm.error("Error", "Function or String not supplied!");
    const call = typeof what === "string" ? () => machine.evaluate(what, "timer") : what;
    const wait = Math.max(Number(ms) || 0, repeat ? 1 : 0);
    const timer: Timer = {
      due: clock.now() + wait,
      interval: repeat ? wait : undefined,
      call: call as Listener,
      args,
      cancel: () => undefined,
    };
    timers.set(++lastId, timer);
    arm(lastId, timer);
    return lastId;
  };
  const clear = (...ids: unknown[]): void => {
    if (ids.length > 0 && ids[0] === undefined)
      throw realm.error("Error", "clearTimeout(undefined) not allowed. Use clearTimeout() instead");
    const named = ids.length === 0 ? [...timers.keys()] : [Number(ids[0])];
    for (const id of named) {
      timers.get(id)?.cancel();
      timers.delete(id);
    }
  };

  realm.define(
    "setTimeout",
    machine.api((what: unknown, ms: unknown, ...args: unknown[]) => add(what, ms, args, false)),
  );
  realm.define(
    "setInterval",
    machine.api((what: unknown, ms: unknown, ...args: unknown[]) => add(what, ms, args, true)),
  );
  realm.define("clearTimeout", machine.api(clear));
  realm.define("clearInterval", machine.api(clear));
  realm.define(
    "changeInterval",
    machine.api((id: unknown, ms: unknown) => {
      const timer = timers.get(Number(id));
      if (!timer) throw realm.error("Error", "Unknown Interval");
      timer.cancel();
      timer.interval = Math.max(Number(ms) || 0, 1);
      timer.due = clock.now() + timer.interval;
      arm(Number(id), timer);
    }),
  );
  realm.define(
    "getTime",
    machine.api(() => time.now() / 1000),
  );
  realm.define(
    "setTime",
    machine.api((seconds: unknown) => time.set(Number(seconds) * 1000)),
  );
  realm.define("Date", chipDate(realm.intrinsics.Date, time.now));
  machine.cleanup(() => {
    for (const timer of timers.values()) timer.cancel();
    timers.clear();
  });
}

/** The sandbox's Date, told the chip's time instead of ours. */
function chipDate(date: DateConstructor, now: () => number): DateConstructor {
  return new Proxy(date, {
    construct: (target, args: unknown[]) =>
      args.length === 0 ? new target(now()) : Reflect.construct(target, args),
    get: (target, key) => (key === "now" ? () => now() : Reflect.get(target, key)),
  });
}
