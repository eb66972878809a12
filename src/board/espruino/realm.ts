import vm from "node:vm";
import { gapScript, languageScript } from "./language.js";
import { numberText } from "./value-text.js";
import { markOwn } from "./values.js";

/** Constructors of the sandbox: what the firmware sees must be made of these, or `instanceof` and the gaps lie. */
type ErrorKind = "Error" | "SyntaxError" | "TypeError" | "InternalError";
type Intrinsics = Pick<typeof globalThis, "Object" | "Array" | "Function" | "Uint8Array" | "eval"> &
  Readonly<Record<ErrorKind, ErrorConstructor>>;

const jobName = "\0job";

/** A sandbox of its own globals, without what Espruino lacks. */
export class Realm {
  readonly global: object;
  readonly intrinsics: Intrinsics;
  readonly #context: vm.Context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  readonly #entry = new vm.Script(`this[${JSON.stringify(jobName)}]()`, { filename: "idle loop" });
  #job: () => void = () => undefined;

  constructor() {
    this.global = vm.runInContext("globalThis", this.#context) as object;
    (vm.runInContext(languageScript, this.#context) as (text: typeof numberText) => void)(numberText);
    vm.runInContext(gapScript(), this.#context);
    this.intrinsics = vm.runInContext(
      "({ Object, Array, Function, Uint8Array, Error, SyntaxError, TypeError, InternalError, eval })",
      this.#context,
    ) as Intrinsics;
    this.define(jobName, () => this.#job());
  }

  /**
   * Enters the sandbox and runs a job there, promise reactions included.
   * @throws what vm throws when `timeoutMs` of our time have passed (see `isTimeout`)
   */
  enter(job: () => void, timeoutMs: number): void {
    this.#job = job;
    this.#entry.runInContext(this.#context, { timeout: timeoutMs });
  }

  /** Defines a global that does not show up in enumerations. */
  define(name: string, value: unknown): void {
    this.hide(this.global, name, value);
  }

  /** Defines a member that does not show up in enumerations, as none of the engine's own does. */
  hide(holder: object, name: string, value: unknown): void {
    Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false });
  }

  /** Evaluates code at global scope; `name` is what stack traces call it. */
  evaluate(code: string, name: string): unknown {
    return this.intrinsics.eval(`${code}\n//# sourceURL=${name}`);
  }

  /** Makes a function of ours one of the sandbox: through its prototype nothing of ours can be reached. */
  own<F extends object>(call: F): F {
    Object.setPrototypeOf(call, this.intrinsics.Function.prototype);
    return markOwn(call);
  }

  object(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.assign(new this.intrinsics.Object() as Record<string, unknown>, members);
  }

  array(items: readonly unknown[]): unknown[] {
    const result = new this.intrinsics.Array<unknown>();
    for (const item of items) result[result.length] = item;
    return result;
  }

  bytes(bytes: Uint8Array): Uint8Array {
    const result = new this.intrinsics.Uint8Array(bytes.length);
    result.set(bytes);
    return result;
  }

  buffer(bytes: Uint8Array): ArrayBufferLike {
    return this.bytes(bytes).buffer;
  }

  error(kind: ErrorKind, message: string): Error {
    return new this.intrinsics[kind](message);
  }
}

/** vm makes this error in the sandbox, so it is not an instance of our Error. */
export function isTimeout(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
