import { type Fault, FaultNumber, fault } from "../../../core/errors.js";
import { nativeWay } from "../../../core/firmware/native-offer.js";
import type { NativeTarget } from "../../../core/firmware/native-target.js";
import { Command, isNative } from "../../../core/invitation.js";
import type { Chunk } from "../../../core/ports.js";
import type { Reason } from "../../../core/reason.js";
import type { Target } from "../../../core/target.js";
import { Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { userSlot } from "../user-slot.js";

/** Bytes that are judged before port 88 gets the image (src/host/native/escort.ts sends as many). */
const headLength = 64;

function faultOf(why: Reason | undefined): Fault | undefined {
  return why === undefined ? undefined : fault(why.number, why.text);
}

/** Accompanies the native updater of an ESP8266; what does that is loaded when an image is announced. */
export class NativeSteps implements Target {
  readonly name: string;
  readonly headLength: number;
  readonly piecewise: boolean;
  private work: NativeTarget | undefined;
  private asked: number;

  constructor(private readonly it: Resident) {
    this.name = "firmware";
    this.headLength = headLength;
    this.piecewise = true;
    this.work = undefined;
    this.asked = 0;
  }

  /** Firmware by the ordinary command is let in as far as its first bytes, to be told the way. */
  capacity(command: number): number {
    return command === Command.Flash || isNative(command) ? BOARD_USER_IMAGE : 0;
  }

  recognises(head: Chunk, command: number): boolean {
    this.asked = command;
    if (isNative(command)) return true;
    const first = (head as unknown as string).charCodeAt(0);
    return command === Command.Flash && (first === 0xe9 || first === 0xea || first === 0x1f);
  }

  judge(head: Chunk, size: number): Fault | undefined {
    if (!isNative(this.asked)) return nativeWay();
    const work = this.it.load(Part.Native)(this.it).target();
    this.work = work;
    return faultOf(work.judge(head, size));
  }

  write(chunk: Chunk): Fault | undefined {
    // A copy: the first one is kept until the next comes.
    const bytes = E.toString(chunk as unknown as Uint8Array);
    return this.work === undefined ? noWork() : faultOf(this.work.write(bytes));
  }

  verify(): Fault | undefined {
    return this.work === undefined ? noWork() : faultOf(this.work.verify());
  }

  commit(): Fault | undefined {
    const work = this.work;
    this.work = undefined;
    return work === undefined ? noWork() : faultOf(work.commit());
  }

  describe(): string {
    return `user${3 - userSlot()}.bin`;
  }
}

function noWork(): Fault {
  return fault(FaultNumber.Aborted, "nothing is announced");
}
