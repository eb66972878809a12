import type { Fault } from "../../src/core/errors.js";
import type { Chunk } from "../../src/core/ports.js";
import type { Target } from "../../src/core/update/target.js";

/** A target that takes anything that starts with `magic`, and records its calls. */
export class TestTarget implements Target {
  readonly name = "test";
  readonly calls: string[] = [];
  readonly taken: Uint8Array[] = [];
  headLength = 16;
  commands: readonly number[] = [0];
  room = 10_000_000;
  magic: number | undefined;
  judgeFault: Fault | undefined;
  /** Comes once this many bytes are in. */
  writeFault: { readonly at: number; readonly fault: Fault } | undefined;
  verifyFault: Fault | undefined;
  commitFault: Fault | undefined;

  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.taken));
  }

  readonly capacity = (command: number): number => (this.commands.includes(command) ? this.room : 0);

  readonly recognises = (head: Chunk): boolean =>
    this.magic === undefined || (head as unknown as Uint8Array)[0] === this.magic;

  readonly judge = (head: Chunk, size: number): Fault | undefined => {
    this.calls.push(`judge ${head.length} of ${size}`);
    this.taken.length = 0;
    return this.judgeFault;
  };

  readonly write = (chunk: Chunk): Fault | undefined => {
    this.taken.push(chunk as unknown as Uint8Array);
    const failing = this.writeFault;
    return failing !== undefined && this.bytes.length >= failing.at ? failing.fault : undefined;
  };

  readonly verify = (): Fault | undefined => {
    this.calls.push("verify");
    return this.verifyFault;
  };

  readonly commit = (): Fault | undefined => {
    this.calls.push("commit");
    return this.commitFault;
  };

  readonly describe = (): string => "garden@2.0.0";
}
