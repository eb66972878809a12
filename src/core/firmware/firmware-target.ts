import { type Fault, FaultNumber, fault, isFault } from "../errors.js";
import { imageHeadLength, judgeHead, judgeImage } from "../image/judge.js";
import { walkSegments } from "../image/segments.js";
import { type ByteSource, type ImageTarget, type ImageTools, pieceLength } from "../image/source.js";
import type { Bytes, Chunk, Crypto, Flash } from "../ports.js";
import { SlotWriter } from "../update/slot-writer.js";
import type { Target } from "../update/target.js";

/**
 * MD5 of `size` bytes of flash, in pieces of one erase block.
 * @param replace gives the piece that stands for what was read; for bytes that were written other than they came
 */
export function flashMd5(
  crypto: Pick<Crypto, "md5">,
  flash: Flash,
  offset: number,
  size: number,
  replace: (piece: Chunk, at: number) => Chunk,
): string {
  const digest = crypto.md5();
  for (let done = 0; done < size; done += pieceLength) {
    const length = Math.min(pieceLength, size - done);
    digest.update(replace(flash.read(length, offset + done), done));
  }
  return digest.hex();
}

export function asRead(piece: Chunk, _at: number): Chunk {
  return piece;
}

/** Whether flash holds what was received; a fault when not, or when it cannot be read. */
export function compareFlash(
  crypto: Pick<Crypto, "md5">,
  flash: Flash,
  offset: number,
  size: number,
  md5: string,
  replace: (piece: Chunk, at: number) => Chunk,
): Fault | undefined {
  try {
    const found = flashMd5(crypto, flash, offset, size, replace);
    if (found !== md5) return fault(FaultNumber.Verify, `flash holds ${found}`);
  } catch (error) {
    return fault(FaultNumber.Read, `${error}`);
  }
  return undefined;
}

/** `chunk` with the byte at `index` replaced; as it is when the byte is not in it. */
export function withByte(bytes: Bytes, chunk: Chunk, index: number, value: number): Chunk {
  if (index < 0 || index >= chunk.length) return chunk;
  const changed = bytes.fromText(String.fromCharCode(value));
  return bytes.join(bytes.join(chunk.slice(0, index), changed), chunk.slice(index + 1, chunk.length));
}

/** Judges an image where it lies in flash, after it has been compared with what was received. */
export type StoredJudge = (tools: ImageTools, source: ByteSource, target: ImageTarget) => Fault | undefined;

/** Everything: segments, checksum, appended hash. For runtimes that can look at every byte. */
export function judgeWhole(tools: ImageTools, source: ByteSource, target: ImageTarget): Fault | undefined {
  return judgeImage(tools, source, target).fault;
}

/**
 * Headers and segments only: for interpreters, where a checksum over a megabyte takes minutes. Checksum and hash are
 * left to the chip's boot loader, which computes both at every start and keeps to the old slot when they are wrong.
 */
export function judgeStructure(
  tools: ImageTools,
  source: ByteSource,
  target: ImageTarget,
): Fault | undefined {
  const length = Math.min(imageHeadLength, source.size);
  const judged = judgeHead(tools, source.read(0, length), source.size, target);
  if (judged.fault !== undefined) return judged.fault;
  const header = judged.header;
  if (header === undefined) return fault(FaultNumber.WrongKind, `${judged.kind} is not firmware`);
  const end = walkSegments(tools, source, header, header.length, header.segmentCount, []);
  return typeof end === "number" ? undefined : end;
}

/** Where an image of a given size goes, bytes from the start of flash. */
export interface Place {
  readonly offset: number;
  /** Bytes that may be written there. */
  readonly size: number;
}

/** What differs between boot loaders: where the image goes, and how they are told. */
export interface FirmwareScheme {
  readonly name: string;
  /** Whether losing power at any moment leaves the old image or the new one (docs/power-cuts.md). */
  readonly powerSafe: boolean;
  /** Bytes of the largest image; 0 when this board takes none. */
  readonly capacity: () => number;
  /** The place for an image of `size` bytes, or a fault. Nothing is written. */
  readonly place: (size: number) => Place | Fault;
  /** What the image has to suit once it lies in its place. */
  readonly suits: () => ImageTarget;
  /** A reason not to begin now, e.g. that the last firmware is still on trial. */
  readonly refusal: () => Fault | undefined;
  /** What is written for a piece of the image; `at` counts from the image's start. Mostly the piece itself. */
  readonly toFlash: (piece: Chunk, at: number) => Chunk;
  /** The reverse, for comparing. */
  readonly fromFlash: (piece: Chunk, at: number) => Chunk;
  /** Tells the boot loader: the one step after which the next start runs the image. May throw when flash fails. */
  readonly commit: (place: Place, size: number) => void;
}

/** Who answers for an update that a power cut could turn into a brick. May change from one update to the next. */
export interface UpdatePolicy {
  /** Nobody stands by: a pull on schedule, a round through a fleet. */
  unattended: boolean;
  /** Somebody said that it shall happen all the same. */
  force: boolean;
}

/** Pieces that are written as they came. */
export const plainPieces = { toFlash: asRead, fromFlash: asRead };

/** Takes native firmware, for whichever boot loader the scheme knows. */
export class FirmwareTarget implements Target {
  readonly name: string;
  readonly headLength: number;
  private writer: SlotWriter;
  private where: Place;
  private size: number;
  private text: string;

  constructor(
    private readonly tools: ImageTools,
    private readonly flash: Flash,
    private readonly scheme: FirmwareScheme,
    private readonly judgeStored: StoredJudge,
    /** Absent: somebody stands by. */
    private readonly policy?: UpdatePolicy,
  ) {
    this.name = scheme.name;
    this.headLength = imageHeadLength;
    this.writer = new SlotWriter(tools.bytes, flash);
    this.where = { offset: 0, size: 0 };
    this.size = 0;
    this.text = "";
  }

  capacity(command: number): number {
    return command === 0 ? this.scheme.capacity() : 0;
  }

  recognises(head: Chunk, command: number): boolean {
    if (command !== 0 || head.length === 0) return false;
    const first = this.tools.bytes.at(head, 0);
    return first === 0xe9 || first === 0xea || first === 0x1f;
  }

  judge(head: Chunk, size: number): Fault | undefined {
    const refused = this.scheme.refusal();
    if (refused !== undefined) return refused;
    const policy = this.policy;
    if (!this.scheme.powerSafe && policy !== undefined && policy.unattended && !policy.force)
      return fault(
        FaultNumber.NotPowerSafe,
        "a power cut during the copy would leave no sketch: not unattended, unless forced",
      );
    const place = this.scheme.place(size);
    if (isFault(place)) return place;
    const judged = judgeHead(this.tools, head, size, this.scheme.suits());
    if (judged.fault !== undefined) return judged.fault;
    this.where = place;
    this.size = size;
    this.text = judged.kind;
    if (judged.descriptor !== undefined)
      this.text = `${judged.descriptor.project}@${judged.descriptor.version}`;
    const blockLength = this.flash.status().blockLength;
    this.writer.begin(Math.floor(place.offset / blockLength), Math.floor(place.size / blockLength));
    return undefined;
  }

  write(chunk: Chunk): Fault | undefined {
    return this.writer.write(this.scheme.toFlash(chunk, this.writer.done));
  }

  verify(md5: string): Fault | undefined {
    const start = this.where.offset;
    const scheme = this.scheme;
    const asSent = (piece: Chunk, at: number): Chunk => scheme.fromFlash(piece, at);
    const differs = compareFlash(this.tools.crypto, this.flash, start, this.size, md5, asSent);
    if (differs !== undefined) return differs;
    const flash = this.flash;
    const source = {
      size: this.size,
      // As it was sent: the image's own checksums know nothing of bytes that were changed on the way to flash.
      read: (offset: number, length: number) => asSent(flash.read(length, start + offset), offset),
    };
    try {
      return this.judgeStored(this.tools, source, this.scheme.suits());
    } catch (error) {
      return fault(FaultNumber.Read, `${error}`);
    }
  }

  commit(): Fault | undefined {
    try {
      this.scheme.commit(this.where, this.size);
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  describe(): string {
    return this.text;
  }
}
