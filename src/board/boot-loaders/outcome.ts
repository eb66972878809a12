import { createHash } from "node:crypto";
import type { ImageTarget } from "../../core/image/source.js";
import { loadEsp32 } from "./esp32-image.js";
import { type FlashView, xorBytes } from "./flash-view.js";

/** An outside observer's verdict on the bytes that run: it checks more than any of the boot loaders does. */
export interface SlotVerdict {
  /** Segments, entry, checksum and hash (where there is one) fit, and the image suits the chip. */
  readonly sound: boolean;
  /** Why it is not sound, else "". */
  readonly why: string;
  /** Bytes from the slot's start to the image's end; 0 when not sound. */
  readonly length: number;
  /** Lower-case hex of those bytes, to distinguish versions for certain; "" when not sound. */
  readonly md5: string;
  /** From the application descriptor; "" where the format has none (ESP8266). */
  readonly project: string;
  readonly version: string;
}

/** Arduino's sketch lies behind eboot's sector; two words of its first segment hold the file's length and CRC (elf2bin.py). */
const sketchOffset = 0x1000;
const fileWords = 0x1010;
const esp32Header = 24;
const esp8266Header = 8;
/** esp_app_desc_t behind the headers of image and first segment. */
const descriptorOffset = 32;
const descriptorMagic = 0xabcd5432;
const mostSegments = 16;
/** MB of the flash chip by Arduino's code in the header; 5 to 7 are larger slots of the SDK's own map. */
const esp8266Megabytes = [0.5, 0.25, 1, 2, 4, 2, 4, 4, 8, 16];

/**
 * Judges the image at the start of a slot, by everything that its format carries.
 * @param slot the slot, or a file
 * @param address of the slot in flash
 */
export function slotVerdict(
  slot: FlashView,
  target: Pick<ImageTarget, "boot" | "chip" | "revision" | "flashSize">,
  address = 0,
): SlotVerdict {
  const isSketch = target.boot === "eboot";
  const length = isSketch ? sketchLength(slot, target.flashSize) : imageLength(slot, target, address);
  if (typeof length === "string")
    return { sound: false, why: length, length: 0, md5: "", project: "", version: "" };
  const bytes = slot.read(0, length);
  const described =
    !isSketch && length >= descriptorOffset + 256 && bytes.readUInt32LE(descriptorOffset) === descriptorMagic;
  return {
    sound: true,
    why: "",
    length,
    md5: createHash("md5").update(bytes).digest("hex"),
    project: described ? textAt(bytes, 80) : "",
    version: described ? textAt(bytes, 48) : "",
  };
}

function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return bytes.toString("latin1", offset, end < 0 || end > offset + 32 ? offset + 32 : end);
}

/** An ESP32's image: all that the boot loader wants, and what it passes over. */
function imageLength(
  slot: FlashView,
  { chip, revision, flashSize }: Pick<ImageTarget, "chip" | "revision" | "flashSize">,
  address: number,
): number | string {
  const length = loadEsp32(slot, slot.size, address, chip, revision);
  if (typeof length === "string") return length;
  const code = slot.read(3, 1)[0] >> 4;
  if (0x100000 << code > flashSize) return "it was built for a larger flash chip";
  const image = walk(slot, 0, esp32Header);
  return typeof image === "string" ? image : length;
}

/** A sketch file: eboot's image, then the sketch's. */
function sketchLength(slot: FlashView, flashSize: number): number | string {
  const eboot = walk(slot, 0, esp8266Header);
  if (typeof eboot === "string") return `eboot: ${eboot}`;
  if (eboot.end > sketchOffset) return "eboot: it reaches into the sketch";
  const sketch = walk(slot, sketchOffset, esp8266Header);
  if (typeof sketch === "string") return `the sketch: ${sketch}`;
  const head = slot.read(sketchOffset, 4);
  if ((esp8266Megabytes[head[3] >> 4] ?? 64) * 0x100000 > flashSize)
    return "the sketch: it was built for a larger flash chip";
  // elf2bin fills the two words in when the segments' checksum is made.
  const filled = slot.read(fileWords, 8);
  const late = filled.readUInt32LE(0) === sketch.end ? xorBytes(filled, 0) : 0;
  for (const [what, part, extra] of [
    ["eboot", eboot, 0],
    ["the sketch", sketch, late],
  ] as const)
    if (slot.read(part.end - 1, 1)[0] !== (part.sum ^ extra)) return `${what}: its checksum does not fit`;
  return sketch.end;
}

interface Walked {
  /** Behind the checksum, which is the last byte of a block of 16. */
  readonly end: number;
  /** XOR of all segments, seeded with EF. */
  readonly sum: number;
}

/** Goes over the segments of an E9 image, which have to hold the entry and to leave each other alone. */
function walk(slot: FlashView, start: number, headerLength: number): Walked | string {
  if (start + headerLength > slot.size) return "there is no header";
  const header = slot.read(start, headerLength);
  if (header[0] !== 0xe9) return "its first byte is not E9";
  const count = header[1];
  if (count < 1 || count > mostSegments) return `it counts ${count} segments`;
  const entry = header.readUInt32LE(4);
  const taken: { address: number; end: number }[] = [];
  let at = start + headerLength;
  let sum = 0xef;
  for (let index = 0; index < count; index++) {
    if (at + 8 > slot.size) return "it is cut short";
    const segment = slot.read(at, 8);
    const address = segment.readUInt32LE(0);
    const length = segment.readUInt32LE(4);
    at += 8;
    if (at + length > slot.size) return "it is cut short";
    sum = xorBytes(slot.read(at, length), sum);
    at += length;
    // Address 0 stands for padding, which is loaded nowhere.
    if (address === 0) continue;
    const end = address + length;
    if (taken.some((other) => address < other.end && other.address < end)) return "its segments overlap";
    taken.push({ address, end });
  }
  if (!taken.some(({ address, end }) => entry >= address && entry < end))
    return "its entry point lies in no segment";
  const end = at - ((at - start) % 16) + 16;
  if (end > slot.size) return "it is cut short";
  return { end, sum };
}

interface BootFacts {
  /** What the boot loader printed, over all its resets. */
  readonly console: string;
  /** Resets that it did itself before it came to this. */
  readonly resets: number;
}

export type BootOutcome = BootFacts &
  (
    | {
        /** It jumped into an image. Whether that was wise is the verdict's to say. */
        readonly kind: "image";
        /** "factory", "ota_0", "test", "sketch", … */
        readonly slot: string;
        /** Address in flash. */
        readonly offset: number;
        /** Bytes from `offset` that the boot loader read. */
        readonly length: number;
        readonly verdict: SlotVerdict;
      }
    | {
        /** The slot is blank and the caller said that this stands for the virtual board's own firmware. */
        readonly kind: "virtual";
        readonly slot: string;
        readonly offset: number;
      }
    | {
        /** Halted, or resetting for ever: a board to be rescued by cable. */
        readonly kind: "nothing";
        readonly reason: string;
      }
  );

export function bootsNothing(console: string, resets: number, reason: string): BootOutcome {
  return { kind: "nothing", console, resets, reason: `${reason}, so it resets for ever` };
}

/** One line for people: "ota_0 at 0x190000, garden 1.2.3". */
export function bootText(outcome: BootOutcome): string {
  switch (outcome.kind) {
    case "nothing":
      return `nothing boots: ${outcome.reason}`;
    case "virtual":
      return `${outcome.slot} at 0x${outcome.offset.toString(16)}, the virtual board's own firmware`;
    case "image": {
      const { project, version, sound, why } = outcome.verdict;
      const name = `${project} ${version}`.trim();
      const what = sound ? name || "a sound image" : `a damaged image (${why})`;
      return `${outcome.slot} at 0x${outcome.offset.toString(16)}, ${what}`;
    }
  }
}

/** The same for scripts: which slot, and what its descriptor holds. */
export function firmwareFacts(outcome: BootOutcome): Record<string, string> {
  if (outcome.kind !== "image") return {};
  const { project, version } = outcome.verdict;
  return { slot: outcome.slot, project, version };
}
