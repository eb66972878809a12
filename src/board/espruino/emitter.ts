import type { Machine } from "./machine.js";

export type Listener = (...args: unknown[]) => void;

/**
 * Espruino's events: every object has on, emit and removeListener (src/jswrap_object.c). `emit` queues: listeners
 * run from the idle loop, not before emit returns.
 */
export class Emitters {
  readonly #machine: Machine;
  readonly #listeners = new WeakMap<object, Map<string, readonly Listener[]>>();
  /** Told when a listener was added; sockets hand over what arrived before. */
  readonly #added = new WeakMap<object, (event: string) => void>();
  /** Sees every emit as it happens. */
  onEmit: (target: unknown, event: string, args: readonly unknown[]) => void = () => undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#install();
  }

  listeners(target: object, event: string): readonly Listener[] {
    return this.#listeners.get(target)?.get(event) ?? [];
  }

  /** Queues an event of the board's own. */
  queue(target: object, event: string, ...args: unknown[]): void {
    const listeners = this.listeners(target, event);
    if (listeners.length > 0) this.#machine.soon(() => this.#machine.callEach(listeners, target, args));
  }

  /** Runs the listeners now, as Espruino does for received data. @returns whether there were any */
  now(target: object, event: string, ...args: unknown[]): boolean {
    const listeners = this.listeners(target, event);
    this.#machine.callEach(listeners, target, args);
    return listeners.length > 0;
  }

  whenAdded(target: object, told: (event: string) => void): void {
    this.#added.set(target, told);
  }

  #install(): void {
    const machine = this.#machine;
    const prototype = machine.realm.intrinsics.Object.prototype;
    const define = (name: string, value: (this: unknown, ...args: unknown[]) => unknown): void => {
      Object.defineProperty(prototype, name, {
        value: machine.api(value),
        writable: true,
        configurable: true,
        enumerable: false,
      });
    };
    const self = this;
    define("on", function (event, listener) {
      self.#add(this, event, listener, false);
    });
    define("addListener", function (event, listener) {
      self.#add(this, event, listener, false);
    });
    define("prependListener", function (event, listener) {
      self.#add(this, event, listener, true);
    });
    define("emit", function (event, ...args) {
      const target = self.#target(this);
      if (args.length > 4) throw machine.realm.error("TypeError", "Too many arguments (>4)");
      self.onEmit(target, String(event), args);
      self.queue(target, String(event), ...args);
    });
    define("removeListener", function (event, listener) {
      const events = self.#listeners.get(self.#target(this));
      const kept = (events?.get(String(event)) ?? []).filter((other) => other !== listener);
      events?.set(String(event), kept);
    });
    define("removeAllListeners", function (event) {
      const target = self.#target(this);
      if (event === undefined) self.#listeners.delete(target);
      else self.#listeners.get(target)?.delete(String(event));
    });
  }

  #target(target: unknown): object {
    if ((typeof target === "object" || typeof target === "function") && target !== null) return target;
    throw this.#machine.realm.error("TypeError", "Parent must be an object - not a String, Integer, etc");
  }

  #add(on: unknown, event: unknown, listener: unknown, first: boolean): void {
    const target = this.#target(on);
    const { realm } = this.#machine;
    if (typeof event !== "string") throw realm.error("TypeError", "First argument must be String");
    if (typeof listener !== "function" && typeof listener !== "string")
      throw realm.error("TypeError", "Second argument must be a function or a String");
    const callable =
      typeof listener === "string" ? () => this.#machine.evaluate(listener, "event") : listener;
    const events = this.#listeners.get(target) ?? new Map<string, readonly Listener[]>();
    this.#listeners.set(target, events);
    const old = events.get(event) ?? [];
    events.set(event, first ? [callable as Listener, ...old] : [...old, callable as Listener]);
    this.#added.get(target)?.(event);
  }
}
