import type { Machine } from "./machine.js";

export type Listener = (...args: unknown[]) => void;

/** What an object's listeners for an event are kept under, in the object itself, for everybody to see. */
const prefix = "#on";

/**
 * Espruino's events: every object has on, emit and removeListener (src/jswrap_object.c). `emit` queues: listeners
 * run from the idle loop, not before emit returns.
 */
export class Emitters {
  readonly #machine: Machine;
  /** Called when a listener was added; sockets hand over what arrived before. */
  readonly #added = new WeakMap<object, (event: string) => void>();
  /** Sees every emit as it happens. */
  onEmit: (target: unknown, event: string, args: readonly unknown[]) => void = () => undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#install();
  }

  /** The list itself, or undefined where nobody ever listened. */
  listeners(target: object, event: string): Listener[] | undefined {
    const list: unknown = Object.getOwnPropertyDescriptor(target, prefix + event)?.value;
    return Array.isArray(list) ? list : undefined;
  }

  /** Queues an event of the board's own; who is removed before it runs is not called. */
  queue(target: object, event: string, ...args: unknown[]): void {
    const listeners = this.listeners(target, event);
    if (listeners) this.#machine.soon(() => this.#machine.callEach(listeners, target, args));
  }

  /** Runs the listeners now, as Espruino does for received data. @returns whether there were any */
  now(target: object, event: string, ...args: unknown[]): boolean {
    const listeners = this.listeners(target, event) ?? [];
    this.#machine.callEach(listeners, target, args);
    return listeners.length > 0;
  }

  whenAdded(target: object, called: (event: string) => void): void {
    this.#added.set(target, called);
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
      self.#name(event);
      if (args.length > 4) throw machine.realm.error("TypeError", "Too many arguments (>4)");
      self.onEmit(target, String(event), args);
      self.queue(target, String(event), ...args);
    });
    define("removeListener", function (event, listener) {
      const list = self.listeners(self.#target(this), self.#name(event));
      const index = list?.indexOf(listener as Listener) ?? -1;
      if (index >= 0) list?.splice(index, 1);
    });
    define("removeAllListeners", function (event) {
      const target = self.#target(this) as Record<string, unknown>;
      for (const name of Object.keys(target))
        if (event === undefined ? name.startsWith(prefix) : name === prefix + event) delete target[name];
    });
  }

  #target(target: unknown): object {
    if ((typeof target === "object" || typeof target === "function") && target !== null) return target;
    throw this.#machine.realm.error("TypeError", "Parent must be an object - not a String, Integer, etc");
  }

  #name(event: unknown): string {
    if (typeof event === "string") return event;
    throw this.#machine.realm.error("TypeError", "First argument must be String");
  }

  #add(on: unknown, event: unknown, listener: unknown, first: boolean): void {
    const target = this.#target(on) as Record<string, unknown>;
    const name = this.#name(event);
    const { realm } = this.#machine;
    if (typeof listener !== "function" && typeof listener !== "string")
      throw realm.error("TypeError", "Second argument must be a function or a String");
    const old = this.listeners(target, name) ?? [];
    // always a new list: who is added in a listener is not called for the event that runs
    target[prefix + name] = realm.array(first ? [listener, ...old] : [...old, listener]);
    this.#added.get(target)?.(name);
  }
}
