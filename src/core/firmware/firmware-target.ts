import { type Fault, FaultNumber, fault, isFault } from "../errors.js";
import { imageHeadLength, judgeHead, judgeImage } from "../image/judge.js";
import { type ImageTarget, type ImageTools, pieceLength } from "../image/source.js";
import type { Chunk, Crypto, Flash } from "../ports.js";
import { SlotWriter } from "../update/slot-writer.js";
import type { Target } from "../update/target.js";

/** The piece as it is: for what is written as it came. */
export function asRead(piece: Chunk, _at: number): Chunk {
  return piece;
}

/**
 * Compares the MD5 of `size` bytes of flash, read in pieces of an erase block, with that of what was received.
 * @param replace gives the piece as it came; for bytes that were changed on the way to flash
 */
export function compareFlash(
  crypto: Pick<Crypto, "md5">,
  flash: Flash,
  offset: number,
  size: number,
  md5: string,
  replace: (piece: Chunk, at: number) => Chunk,
): Fault | undefined {
  const digest = crypto.md5();
  try {
    for (let done = 0; done < size; done += pieceLength)
      digest.update(replace(flash.read(Math.min(pieceLength, size - done), offset + done), done));
  } catch (error) {
    return fault(FaultNumber.Read, `${error}`);
  }
  const found = digest.hex();
  return found === md5 ? undefined : fault(FaultNumber.Verify, `flash holds ${found}`);
}

/** Where an image of a given size goes, bytes from the start of flash. */
export interface Place {
  readonly offset: number;
  /** Bytes that may be written there. */
  readonly size: number;
}

/** What differs between boot loaders: where the image goes, and how it is made the one that starts. */
export interface FirmwareScheme {
  readonly name: string;
  /** Bytes of the largest image; 0 when this board takes none. */
  readonly capacity: () => number;
  /** The place for an image of `size` bytes, or a fault. Nothing is written. */
  readonly place: (size: number) => Place | Fault;
  /** What the image has to suit once it lies in its place. */
  readonly image: ImageTarget;
  /** A reason not to begin now, e.g. that the last firmware is still on trial. */
  readonly mayNot: () => Fault | undefined;
  /** What is written for a piece of the image; `at` counts from the image's start. Mostly the piece itself. */
  readonly toFlash: (piece: Chunk, at: number) => Chunk;
  /** The reverse, for comparing. */
  readonly fromFlash: (piece: Chunk, at: number) => Chunk;
  /** The one step after which the next start runs the image. May throw when flash fails. */
  readonly commit: (place: Place, size: number) => void;
}

/** Takes native firmware, for whichever boot loader the scheme knows. */
export class FirmwareTarget implements Target {
  readonly name: string;
  readonly headLength = imageHeadLength;
  private readonly writer: SlotWriter;
  private where: Place = { offset: 0, size: 0 };
  private size = 0;
  private text = "";

  constructor(
    private readonly tools: ImageTools,
    private readonly flash: Flash,
    private readonly scheme: FirmwareScheme,
  ) {
    this.name = scheme.name;
    this.writer = new SlotWriter(tools.bytes, flash);
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
    const refused = this.scheme.mayNot();
    if (refused !== undefined) return refused;
    const place = this.scheme.place(size);
    if (isFault(place)) return place;
    const judged = judgeHead(this.tools, head, size, this.scheme.image);
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
      // As it was sent: the image's own checksums do not cover bytes that were changed on the way to flash.
      read: (offset: number, length: number) => asSent(flash.read(length, start + offset), offset),
    };
    try {
      return judgeImage(this.tools, source, this.scheme.image).fault;
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
