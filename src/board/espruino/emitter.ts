import type { Realm } from "./realm.js";

export type Listener = (...args: unknown[]) => void;

/** What events need of the machine that runs the firmware. */
interface Host {
  readonly realm: Realm;
  readonly enter: (job: () => void) => void;
  readonly callEach: (listeners: readonly Listener[], self: unknown, args: readonly unknown[]) => void;
  readonly methods: (
    holder: object,
    members: Readonly<Record<string, (self: unknown, ...args: unknown[]) => unknown>>,
  ) => void;
}

/** Where an object keeps its listeners for an event: in itself, as the engine does. */
const prefix = "#on";

/**
 * Espruino's events: every object has on, emit and removeListener (src/jswrap_object.c). `emit` queues: listeners
 * run from the idle loop, not before emit returns.
 */
export class Emitters {
  readonly #host: Host;
  /** Called when a listener was added; sockets pass on what arrived before. */
  readonly #added = new WeakMap<object, (event: string) => void>();
  /** Sees every emit as it happens. */
  onEmit: (target: unknown, event: string, args: readonly unknown[]) => void = () => undefined;

  constructor(host: Host) {
    this.#host = host;
    host.methods(host.realm.intrinsics.Object.prototype, {
      on: (self, event, listener) => this.#add(self, event, listener, false),
      addListener: (self, event, listener) => this.#add(self, event, listener, false),
      prependListener: (self, event, listener) => this.#add(self, event, listener, true),
      emit: (self, event, ...args) => {
        const target = this.#target(self);
        const name = this.#name(event);
        if (args.length > 4) throw host.realm.error("TypeError", "Too many arguments (>4)");
        this.onEmit(target, name, args);
        this.queue(target, name, ...args);
      },
      removeListener: (self, event, listener) => {
        const list = this.#listeners(this.#target(self), this.#name(event));
        const index = list?.indexOf(listener as Listener) ?? -1;
        if (index >= 0) list?.splice(index, 1);
      },
      removeAllListeners: (self, event) => {
        const target = this.#target(self) as Record<string, unknown>;
        for (const name of Object.keys(target))
          if (event === undefined ? name.startsWith(prefix) : name === prefix + event) delete target[name];
      },
    });
  }

  /** Queues an event of the board's own; a listener removed before it runs is not called. */
  queue(target: object, event: string, ...args: unknown[]): void {
    const listeners = this.#listeners(target, event);
    if (listeners) this.#host.enter(() => this.#host.callEach(listeners, target, args));
  }

  /** Runs the listeners now, as Espruino does for received data. @returns whether there were any */
  now(target: object, event: string, ...args: unknown[]): boolean {
    const listeners = this.#listeners(target, event) ?? [];
    this.#host.callEach(listeners, target, args);
    return listeners.length > 0;
  }

  whenAdded(target: object, called: (event: string) => void): void {
    this.#added.set(target, called);
  }

  /** The list itself, or undefined where nothing ever listened. */
  #listeners(target: object, event: string): Listener[] | undefined {
    const list: unknown = Object.getOwnPropertyDescriptor(target, prefix + event)?.value;
    return Array.isArray(list) ? list : undefined;
  }

  #target(target: unknown): object {
    if ((typeof target === "object" || typeof target === "function") && target !== null) return target;
    throw this.#host.realm.error("TypeError", "Parent must be an object - not a String, Integer, etc");
  }

  #name(event: unknown): string {
    if (typeof event === "string") return event;
    throw this.#host.realm.error("TypeError", "First argument must be String");
  }

  #add(self: unknown, event: unknown, listener: unknown, first: boolean): void {
    const target = this.#target(self) as Record<string, unknown>;
    const name = this.#name(event);
    const { realm } = this.#host;
    if (typeof listener !== "function" && typeof listener !== "string")
      throw realm.error("TypeError", "Second argument must be a function or a String");
    const old = this.#listeners(target, name) ?? [];
    // always a new list: what is added in a listener is not called for the event that runs
    target[prefix + name] = realm.array(first ? [listener, ...old] : [...old, listener]);
    this.#added.get(target)?.(name);
  }
}
