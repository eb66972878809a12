import { installDate } from "./date.js";
import type { Host } from "./device.js";
import type { Listener } from "./emitter.js";
import type { Machine } from "./machine.js";

interface Timer {
  due: number;
  interval: number | undefined;
  readonly call: Listener | string;
  readonly args: readonly unknown[];
  cancel: () => void;
}

/** setTimeout and its kin, on the board's clock; getTime, setTime and Date on the chip's. */
export function installTimers({ machine, realm, device }: Host): void {
  const { clock, time } = device;
  const timers = new Map<number, Timer>();

  const arm = (id: number, timer: Timer): void => {
    timer.cancel = clock.after(timer.due - clock.now(), () => machine.enter(() => fire(id, timer)));
  };
  const fire = (id: number, timer: Timer): void => {
    const { due } = timer;
    machine.callEach([timer.call], realm.global, timer.args);
    if (timers.get(id) !== timer || machine.over) return;
    if (timer.interval === undefined) timers.delete(id);
    // changeInterval has armed it anew
    else if (timer.due === due) {
      // from the time it was due, so that intervals do not drift; but never a flood after a stall
      timer.due = Math.max(due + timer.interval, clock.now());
      arm(id, timer);
    }
  };
  const add = (call: unknown, ms: unknown, args: readonly unknown[], repeat: boolean): number => {
    if (typeof call !== "function" && typeof call !== "string")
      throw realm.error("Error", "Function or String not supplied!");
    const wait = Math.max(Number(ms) || 0, repeat ? 1 : 0);
    const timer: Timer = {
      due: clock.now() + wait,
      interval: repeat ? wait : undefined,
      call: call as Listener | string,
      args,
      cancel: () => undefined,
    };
    const id = freeId(timers);
    timers.set(id, timer);
    arm(id, timer);
    return id;
  };
  const clear = (name: string) => clearFunction(machine, name, timers, (timer) => timer.cancel());

  machine.globals({
    setTimeout: (what, ms, ...args) => add(what, ms, args, false),
    setInterval: (what, ms, ...args) => add(what, ms, args, true),
    clearTimeout: clear("clearTimeout"),
    clearInterval: clear("clearInterval"),
    changeInterval: (id, ms) => {
      const timer = timers.get(Number(id));
      if (!timer) throw realm.error("Error", "Unknown Interval");
      timer.cancel();
      timer.interval = Math.max(Number(ms) || 0, 1);
      timer.due = clock.now() + timer.interval;
      arm(Number(id), timer);
    },
    getTime: () => time.now() / 1000,
    setTime: (seconds) => time.set(Number(seconds) * 1000),
  });
  installDate(machine, time.now);
  machine.cleanup(clear("clearTimeout"));
}

/** Behind the highest in use, as the engine numbers timers and watches. */
export function freeId(used: ReadonlyMap<number, unknown>): number {
  return Math.max(0, ...used.keys()) + 1;
}

/** A clear function: ends one by its number, or all of them without an argument; undefined is a mistake. */
export function clearFunction<One>(
  machine: Machine,
  name: string,
  all: Map<number, One>,
  end: (one: One) => void,
): (...ids: unknown[]) => void {
  return (...ids) => {
    const [first] = ids;
    if (ids.length > 0 && first === undefined)
      throw machine.realm.error("Error", `${name}(undefined) not allowed. Use ${name}() instead`);
    for (const [id, one] of [...all]) {
      if (first !== undefined && id !== Number(first)) continue;
      end(one);
      all.delete(id);
    }
  };
}

/**
 * E.enableWatchdog(seconds, automatic). In automatic mode the idle loop feeds it, so only a hang ends the run, and
 * that is `Machine`'s affair; otherwise the program must feed it itself in time.
 */
export function installWatchdog({ machine, realm, device }: Host): void {
  const e = (realm.global as { E: Record<string, unknown> }).E;
  let seconds = 0;
  let cancel = (): void => undefined;
  const feed = (): void => {
    cancel();
    if (seconds <= 0) return;
    cancel = device.clock.after(seconds * 1000, () =>
      machine.enter(() => machine.halt({ kind: "watchdog" })),
    );
  };
  machine.cleanup(() => cancel());
  e["enableWatchdog"] = machine.api((time: unknown, automatic: unknown) => {
    device.watchdogMs = Math.max(Number(time) || 1, 0) * 1000;
    const byProgram = automatic !== undefined && !automatic;
    seconds = byProgram ? device.watchdogMs / 1000 : 0;
    feed();
  });
  e["kickWatchdog"] = machine.api(feed);
}
