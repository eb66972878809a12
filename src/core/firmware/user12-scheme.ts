import { type Fault, FaultNumber, fault } from "../errors.js";
import {
  flagSectorLength,
  freshUserParams,
  makeFlagSector,
  makeUserParams,
  paramsChecksum,
  parseFlagSector,
  parseUserParams,
  runningUserBin,
  type UserParams,
} from "../flash/user-params.js";
import { parameterSectors, user1Start } from "../flash/user-slots.js";
import type { ImageTools } from "../image/source.js";
import type { ImageTarget } from "../image/target.js";
import type { Chunk, Flash } from "../ports.js";
import type { FirmwareScheme, Place } from "./firmware-target.js";
import { asRead } from "./read-back.js";

const sectorLength = 4096;
/** Bytes of a parameter copy that the flag sector's checksum covers. */
const checkedLength = 28;

/** Where boot_v1.x finds the two user images, bytes from the start of flash. */
export interface UserSlots {
  readonly user2: number;
  readonly maxImage: number;
  readonly flashSize: number;
  readonly bootVersion: number;
}

/**
 * ESP8266 with boot_v1.x: the image goes into the slot that does not run; the switch is a parameter copy written beside
 * the one that counts, and then the flag sector that says which one does.
 */
export class User12Scheme implements FirmwareScheme {
  readonly name: string;
  readonly powerSafe: boolean;
  readonly toFlash: (piece: Chunk, at: number) => Chunk;
  readonly fromFlash: (piece: Chunk, at: number) => Chunk;

  constructor(
    private readonly tools: ImageTools,
    private readonly flash: Flash,
    private readonly slots: UserSlots,
    /** What an image for slot 1 or 2 has to suit. */
    private readonly image: (userBin: number) => ImageTarget,
    private readonly mayNot: () => Fault | undefined,
  ) {
    this.name = "firmware";
    this.powerSafe = true;
    this.toFlash = asRead;
    this.fromFlash = asRead;
  }

  capacity(): number {
    return this.slots.user2 === 0 ? 0 : this.slots.maxImage;
  }

  place(size: number): Place | Fault {
    if (this.slots.user2 === 0) return fault(FaultNumber.UnknownCommand, "");
    if (size > this.slots.maxImage) return fault(FaultNumber.Space, "");
    return {
      offset: this.otherSlot() === 0 ? user1Start : this.slots.user2,
      size: Math.ceil(this.slots.maxImage / sectorLength) * sectorLength,
    };
  }

  suits(): ImageTarget {
    return this.image(this.otherSlot() + 1);
  }

  refusal(): Fault | undefined {
    return this.mayNot();
  }

  commit(): void {
    const next = this.otherSlot();
    const found = this.params();
    this.save({
      useBin: next,
      bootStatus: 1,
      toQio: found.toQio,
      version: this.slots.bootVersion,
      testPass: found.testPass,
      testStart: found.testStart,
      enhance: 1,
      testBinAddress: found.testBinAddress,
      userBinAddress: found.userBinAddress,
    });
  }

  /** 0 user1, 1 user2. */
  runningSlot(): number {
    return runningUserBin(this.params(), this.slots.bootVersion);
  }

  private otherSlot(): number {
    return 1 - this.runningSlot();
  }

  private params(): UserParams {
    const found = parseUserParams(this.tools.bytes, this.copy(this.activeCopy()));
    if (found.version !== this.slots.bootVersion || found.useBin > 1)
      return freshUserParams(this.slots.bootVersion);
    return found;
  }

  /** Into the copy that does not count, then the flag sector: a cut leaves the one or the other whole. */
  private save(params: UserParams): void {
    const bytes = this.tools.bytes;
    const active = this.activeCopy();
    const next = 1 - active;
    const first = parameterSectors(this.slots.flashSize);
    const kept = this.flash.read(sectorLength, first + sectorLength * (1 + active));
    const made = makeUserParams(bytes, params);
    const sector = bytes.fromText(bytes.toText(made) + bytes.toText(kept.slice(made.length, sectorLength)));
    this.rewrite(first + sectorLength * (1 + next), sector);
    const flags = parseFlagSector(bytes, this.flash.read(flagSectorLength, first + 3 * sectorLength));
    const checksum = paramsChecksum(bytes, sector, checkedLength);
    const old = flags.checksums[active];
    const count = flags.writeCount === 0xffffffff ? 1 : flags.writeCount + 1;
    this.rewrite(
      first + 3 * sectorLength,
      makeFlagSector(bytes, {
        copy: next,
        writeCount: count,
        checkLengths: [checkedLength, checkedLength],
        checksums: next === 0 ? [checksum, old] : [old, checksum],
      }),
    );
  }

  private rewrite(at: number, content: Chunk): void {
    const block = Math.floor(at / sectorLength);
    this.flash.eraseBlock(block, block + 1);
    this.flash.write(content, at);
  }

  private activeCopy(): number {
    const at = parameterSectors(this.slots.flashSize) + 3 * sectorLength;
    return parseFlagSector(this.tools.bytes, this.flash.read(flagSectorLength, at)).copy;
  }

  private copy(number: number): Chunk {
    return this.flash.read(32, parameterSectors(this.slots.flashSize) + sectorLength * (1 + number));
  }
}
