import { PowerCut } from "../power-cut.js";
import { Emitters, type Listener } from "./emitter.js";
import { isTimeout, Realm } from "./realm.js";

/** Why a run of the firmware ended. */
export type HaltKind =
  /** The program restarted the chip. */
  | { readonly kind: "reboot" }
  /** Deep sleep, ms of the board. */
  | { readonly kind: "sleep"; readonly ms: number }
  /** The program hung, and the watchdog restarts the chip. */
  | { readonly kind: "watchdog" }
  /** The vendor's SDK called abort(): the chip restarts. */
  | { readonly kind: "abort"; readonly text: string }
  /** Interpreter restart without a chip reset: load() or reset(). */
  | { readonly kind: "load"; readonly file: string | undefined }
  | { readonly kind: "reset" }
  | { readonly kind: "quit" }
  | { readonly kind: "power-cut" };

/**
 * Thrown through the firmware when its run is over. A `catch` in the firmware may stop it for a moment, but every
 * further call into the board throws it again, so nothing that the program still does has an effect.
 */
class Halt extends Error {
  override readonly name = "Halt";

  constructor(how: HaltKind) {
    super(how.kind);
  }
}

/** Returns what the engine cannot run in a piece of code; undefined when all is well. */
export type DialectCheck = (code: string) => string | undefined;

export type BoardFunction = (...args: unknown[]) => unknown;

interface MachineOptions {
  /** Real ms that one entry may take before the watchdog bites. */
  readonly hangMs: () => number;
  readonly dialectCheck?: DialectCheck | undefined;
  /** A line for the console. */
  readonly print: (line: string) => void;
  /** The run is over; called once, with nothing of the firmware on the stack. */
  readonly onHalt: (how: HaltKind) => void;
}

/**
 * One run of the interpreter, from its start to a reset: a sandbox, Espruino's idle loop and its event queue. Every
 * way into the firmware goes through `enter`, under the watchdog.
 */
export class Machine {
  readonly realm = new Realm();
  readonly emitters: Emitters;
  readonly #options: MachineOptions;
  readonly #queue: (() => void)[] = [];
  readonly #cleanups = new Set<() => void>();
  #inside = false;
  #halt: HaltKind | undefined;
  #over = false;
  /** The last uncaught error; it is reported when the queue is empty, the ones before it never. */
  #uncaught: { readonly error: unknown } | undefined;
  #stopped = false;
  /** Set by the process library: gives an uncaught error to its listeners. */
  uncaught: (error: unknown) => boolean = () => false;
  /** Set by the pipe library: the method of every stream. */
  pipe: unknown;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.emitters = new Emitters(this);
  }

  get over(): boolean {
    return this.#over || this.#halt !== undefined;
  }

  /**
   * Queues a job for the idle loop. When nothing runs, it runs in the sandbox at once, and so does everything that it
   * queues. Ignored after the end.
   */
  enter(job: () => void): void {
    if (this.over) return;
    this.#queue.push(job);
    if (this.#inside) return;
    this.#inside = true;
    try {
      // again and again: what handles an error may queue more
      while ((this.#queue.length > 0 || this.#uncaught) && !this.over)
        this.realm.enter(() => this.#drain(), this.#options.hangMs());
    } catch (error) {
      this.#caught(error);
    } finally {
      this.#inside = false;
    }
    this.#finish();
  }

  /**
   * Calls firmware functions, or evaluates text, one after the other; an error in one does not stop the next, but
   * E.stopEventPropagation does.
   */
  callEach(listeners: readonly (Listener | string)[], self: unknown, args: readonly unknown[]): void {
    this.#stopped = false;
    for (const listener of [...listeners]) {
      if (this.#stopped || !listeners.includes(listener)) continue;
      this.#guarded(() =>
        typeof listener === "string" ? this.evaluate(listener, "event") : listener.apply(self, [...args]),
      );
    }
    this.#stopped = false;
  }

  stopEvent(): void {
    this.#stopped = true;
  }

  /** Evaluates code of the firmware at global scope, after the dialect check. */
  evaluate(code: string, name: string): unknown {
    this.checkDialect(code);
    return this.realm.evaluate(code, name);
  }

  checkDialect(code: string): void {
    const complaint = this.#options.dialectCheck?.(code);
    if (complaint !== undefined) throw this.realm.error("InternalError", complaint);
  }

  /** Evaluates a file of the firmware; an error in it is reported and ends only this file. */
  run(code: string, name: string): void {
    this.enter(() => this.runNow(() => this.evaluate(code, name)));
  }

  /** Inside an entry: runs a job and reports its error at once, before anything that it queued. */
  runNow(job: () => void): void {
    this.#guarded(job);
    if (!this.over) this.#report();
  }

  /**
   * Wraps a function of the board for the firmware: it does nothing more once the run is over, and what it throws
   * becomes an error of the sandbox.
   */
  api<Args extends unknown[]>(call: (this: unknown, ...args: Args) => unknown): (...args: Args) => unknown {
    const machine = this;
    const wrapped = function (this: unknown, ...args: Args): unknown {
      if (machine.#halt) throw new Halt(machine.#halt);
      if (machine.#over) throw new Halt({ kind: "reboot" });
      try {
        return call.apply(this, args);
      } catch (error) {
        throw machine.#translated(error);
      }
    };
    return this.realm.own(wrapped);
  }

  /** An object of the sandbox; its functions are wrapped as by `api`. */
  object(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const object = this.realm.object(members);
    for (const [name, member] of Object.entries(members))
      if (typeof member === "function") object[name] = this.api(member as BoardFunction);
    return object;
  }

  /** Defines functions of the board as globals of the firmware. */
  globals(functions: Readonly<Record<string, BoardFunction>>): void {
    for (const [name, call] of Object.entries(functions)) this.realm.define(name, this.api(call));
  }

  /** Defines methods that do not show up in enumerations; each gets first what it is called on. */
  methods<Self>(
    holder: object,
    members: Readonly<Record<string, (self: Self, ...args: unknown[]) => unknown>>,
  ): void {
    for (const [name, call] of Object.entries(members)) {
      const method = this.api(function (this: unknown, ...args: unknown[]) {
        return call(this as Self, ...args);
      });
      this.realm.hide(holder, name, method);
    }
  }

  /** Ends the run: from now on every call into the board throws. */
  halt(how: HaltKind): never {
    this.#halt ??= how;
    throw new Halt(this.#halt);
  }

  /** Ends the run from outside, at once and for good; `onHalt` is not called. */
  dispose(): void {
    this.#over = true;
    for (const cleanup of [...this.#cleanups]) cleanup();
    this.#cleanups.clear();
    this.#queue.length = 0;
  }

  /** Called at the end of the run. @returns what forgets it */
  cleanup(job: () => void): () => void {
    this.#cleanups.add(job);
    return () => {
      this.#cleanups.delete(job);
    };
  }

  print(line: string): void {
    this.#options.print(line);
  }

  #drain(): void {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      this.#guarded(job);
      if (this.over) return;
    }
    this.#report();
  }

  #guarded(job: () => void): void {
    try {
      job();
    } catch (error) {
      this.#caught(error);
    }
  }

  #caught(error: unknown): void {
    if (this.over) return;
    if (error instanceof PowerCut) this.#halt = { kind: "power-cut" };
    else if (isTimeout(error)) this.#halt = { kind: "watchdog" };
    else if (!(error instanceof Halt)) this.#uncaught = { error };
  }

  /** Gives the error to the program; prints it when the program has no handler, or what its handler threw. */
  #report(): void {
    const first = this.#take();
    if (!first) return;
    const left = this.uncaught(first.error) ? this.#take() : first;
    if (left && !this.over) this.print(`Uncaught ${describe(left.error)}`);
  }

  #take(): { readonly error: unknown } | undefined {
    const taken = this.#uncaught;
    this.#uncaught = undefined;
    return taken;
  }

  #translated(error: unknown): unknown {
    if (error instanceof Halt) return error;
    if (error instanceof PowerCut) {
      this.#halt ??= { kind: "power-cut" };
      return new Halt(this.#halt);
    }
    if (!(error instanceof Error)) return error;
    return this.realm.error(error instanceof TypeError ? "TypeError" : "Error", error.message);
  }

  #finish(): void {
    const how = this.#halt;
    if (!how || this.#over) return;
    this.dispose();
    this.#options.onHalt(how);
  }
}

function describe(error: unknown): string {
  const stack = typeof error === "object" && error !== null && "stack" in error ? String(error.stack) : "";
  // frames in our own files do not concern the firmware
  const frames = stack
    .split("\n")
    .filter((line) => /^ {4}at /.test(line) && !/[/\\]|node:|idle loop/.test(line));
  return [String(error), ...frames].join("\n");
}
