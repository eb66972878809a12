import type { Bytes, Crypto } from "../../../src/core/ports.js";

/** What an engine brings: the core's ports, and a line to whoever started it. */
export interface Runtime {
  readonly bytes: Bytes;
  readonly crypto: Crypto;
  readonly say: (line: string) => void;
}

export type Value = string | number | boolean | undefined;

interface Case {
  readonly name: string;
  readonly body: () => void;
}

/**
 * Cases, each of which prints one line: "#ok NAME" or "#no NAME: what went wrong". Like the core it keeps to the device
 * subset of TypeScript, so that one source runs in Node, on XS, on Espruino and in the DeviceScript VM. The VM
 * ends a program that computes 131,072 of its operations without a pause: cases are small, a program for it pauses before
 * each, and part `update`, which only compares hashes with each other, needs hashes that are native there.
 */
export class Suite {
  readonly bytes: Bytes;
  readonly crypto: Crypto;
  private readonly say: (line: string) => void;
  private readonly cases: Case[];
  /** First thing that was wrong in the case under way. */
  private wrong: string;

  constructor(runtime: Runtime) {
    this.bytes = runtime.bytes;
    this.crypto = runtime.crypto;
    this.say = runtime.say;
    this.cases = [];
    this.wrong = "";
  }

  test(name: string, body: () => void): void {
    this.cases.push({ name: name, body: body });
  }

  count(): number {
    return this.cases.length;
  }

  nameOf(index: number): string {
    return this.cases[index].name;
  }

  run(index: number): void {
    const one = this.cases[index];
    this.wrong = "";
    try {
      one.body();
    } catch (error) {
      this.note(`threw ${error instanceof Error ? error.message : error}`);
    }
    this.say(this.wrong.length === 0 ? `#ok ${one.name}` : `#no ${one.name}: ${this.wrong}`);
  }

  equal(what: string, got: Value, wanted: Value): void {
    if (got !== wanted) this.note(`${what}: got ${got}, wanted ${wanted}`);
  }

  private note(what: string): void {
    if (this.wrong.length === 0) this.wrong = what;
  }
}
