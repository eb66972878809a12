import { type Fault, FaultNumber, fault } from "../errors.js";
import {
  EbootAction,
  freeSketchSpace,
  makeEbootCommand,
  roundUpToSector,
  sketchSize,
  updateStart,
} from "../flash/eboot.js";
import type { ImageTarget, ImageTools } from "../image/source.js";
import type { Bytes, Chunk, Flash } from "../ports.js";
import type { FirmwareScheme, Place } from "./firmware-target.js";

/** RTC memory of the user, 512 bytes; survives a reset, not a power cut. */
export interface RtcPort {
  readonly read: (offset: number, length: number) => Chunk;
  readonly write: (bytes: Chunk, offset: number) => void;
}

/** `chunk` with the byte at `index` replaced; as it is when the byte is not in it. */
function withByte(bytes: Bytes, chunk: Chunk, index: number, value: number): Chunk {
  if (index < 0 || index >= chunk.length) return chunk;
  const changed = bytes.fromText(String.fromCharCode(value));
  return bytes.join(bytes.join(chunk.slice(0, index), changed), chunk.slice(index + 1, chunk.length));
}

/** Index of the flash mode in an image's header. */
const modeByte = 2;

/**
 * Arduino's ESP8266: the new sketch is staged at the end of the free area and eboot copies it over the old one.
 * Not power-safe with the stock eboot: the command lies in RTC memory, and a cut during the copy leaves half of each.
 */
export class EbootScheme implements FirmwareScheme {
  readonly name = "sketch";
  private compressed = false;
  /** The flash mode as it came. */
  private sentMode = 0;

  constructor(
    private readonly tools: ImageTools,
    private readonly flash: Flash,
    private readonly rtc: RtcPort,
    /** Bytes from 0 to the filesystem. */
    private readonly area: number,
    readonly image: ImageTarget,
    readonly mayNot: () => Fault | undefined,
  ) {}

  capacity(): number {
    return freeSketchSpace(this.area, this.running());
  }

  place(size: number): Place | Fault {
    const start = updateStart(this.area, this.running(), size);
    if (start < 0) return fault(FaultNumber.Space, "");
    return { offset: start, size: roundUpToSector(size) };
  }

  /**
   * As the original (Updater.cpp, _writeBuffer): the first byte that is not gzip's means a raw sketch, and its flash
   * mode becomes that of the running one. So the MD5 of the running sketch is not that of the file.
   */
  toFlash(piece: Chunk, at: number): Chunk {
    if (at === 0) {
      this.compressed = this.tools.bytes.at(piece, 0) === 0x1f;
      this.sentMode = piece.length > modeByte ? this.tools.bytes.at(piece, modeByte) : 0;
    }
    return this.compressed ? piece : withByte(this.tools.bytes, piece, modeByte - at, this.mode());
  }

  fromFlash(piece: Chunk, at: number): Chunk {
    return this.compressed ? piece : withByte(this.tools.bytes, piece, modeByte - at, this.sentMode);
  }

  commit(place: Place, size: number): void {
    this.rtc.write(
      makeEbootCommand(this.tools.bytes, {
        action: EbootAction.CopyRaw,
        source: place.offset,
        destination: 0,
        size: size,
      }),
      0,
    );
  }

  private running(): number {
    const flash = this.flash;
    return sketchSize(this.tools.bytes, {
      size: flash.status().size,
      read: (offset, length) => flash.read(length, offset),
    });
  }

  private mode(): number {
    return this.tools.bytes.at(this.flash.read(4, 0), modeByte);
  }
}
