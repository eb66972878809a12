import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk, Reader } from "../ports.js";
import { textField, u16, u32 } from "../read.js";
import {
  ChipId,
  chipName,
  esp32FlashSize,
  esp8266FlashSize,
  flashModeName,
  flashSpeed,
  sizeName,
} from "./chips.js";
import { type AppDescriptor, corrupt, type EspHeader } from "./judgement.js";
import type { ImageTarget } from "./source.js";

export const espMagic = 0xe9;
export const esp8266HeaderLength = 8;
export const esp32HeaderLength = 24;
const noMaxRevision = 0xffff;

/**
 * Whether an E9 image is the ESP8266's: its first segment's address stands at offset 8 and starts with 0x3F or 0x40
 * there, while the ESP32 family has pin drive strengths at offset 9..11, whose last nibbles are never that strong.
 */
export function looksLikeEsp8266(bytes: Reader, head: Chunk): boolean {
  const top = bytes.at(head, 11);
  return top === 0x3f || top === 0x40;
}

/** Reads the first 8 bytes. */
export function parseEsp8266Header(bytes: Reader, head: Chunk): EspHeader {
  return {
    chip: ChipId.Esp8266,
    segmentCount: bytes.at(head, 1),
    mode: bytes.at(head, 2),
    sizeCode: bytes.at(head, 3) >> 4,
    speedCode: bytes.at(head, 3) & 15,
    entry: u32(bytes, head, 4),
    minRevision: 0,
    maxRevision: 0,
    hashAppended: 0,
    length: esp8266HeaderLength,
  };
}

/** Reads the first 24 bytes. */
export function parseEsp32Header(bytes: Reader, head: Chunk): EspHeader {
  const fullMinimum = u16(bytes, head, 15);
  const maximum = u16(bytes, head, 17);
  return {
    chip: u16(bytes, head, 12),
    segmentCount: bytes.at(head, 1),
    mode: bytes.at(head, 2),
    sizeCode: bytes.at(head, 3) >> 4,
    speedCode: bytes.at(head, 3) & 15,
    entry: u32(bytes, head, 4),
    // Builds before ESP-IDF 4.4.3 fill in the major revision at offset 14 only.
    minRevision: fullMinimum !== 0 ? fullMinimum : bytes.at(head, 14) * 100,
    maxRevision: maximum === noMaxRevision ? 0 : maximum,
    hashAppended: bytes.at(head, 23),
    length: esp32HeaderLength,
  };
}

/** Judges the header by itself and against the board. */
export function judgeEspHeader(header: EspHeader, target: ImageTarget): Fault | undefined {
  if (header.segmentCount < 1 || header.segmentCount > 16)
    return corrupt(`the image header counts ${header.segmentCount} segments, 1 to 16 are possible`);
  if (target.chip !== ChipId.Any && target.chip !== header.chip)
    return fault(
      FaultNumber.WrongBoard,
      `the image is for ${chipName(header.chip)}, the board has ${chipName(target.chip)}`,
    );
  if (flashModeName(header.mode).length === 0)
    return corrupt(`the image header has a flash mode that does not exist (${header.mode})`);
  // Chips newer than this table may have other clocks.
  const isKnown = header.chip === ChipId.Esp8266 || header.chip <= ChipId.Esp32h2;
  if (isKnown && flashSpeed(header.chip, header.speedCode) === 0)
    return corrupt(`the image header has a flash speed that does not exist (${header.speedCode})`);
  if (header.hashAppended > 1)
    return corrupt("the image header does not say whether a hash follows the image");
  if (header.maxRevision !== 0 && header.maxRevision < header.minRevision)
    return corrupt("the image header has its chip revisions the wrong way round");
  return judgeFlashSize(header, target) ?? judgeRevision(header, target);
}

function judgeFlashSize(header: EspHeader, target: ImageTarget): Fault | undefined {
  const wanted =
    header.chip === ChipId.Esp8266 ? esp8266FlashSize(header.sizeCode) : esp32FlashSize(header.sizeCode);
  if (wanted === 0)
    return corrupt(`the image header has a flash size that does not exist (${header.sizeCode})`);
  // ESP-IDF and eboot take a smaller header on a larger chip; a larger one stops the start or writes past the end.
  if (target.flashSize !== 0 && wanted > target.flashSize)
    return fault(
      FaultNumber.NewFlashConfig,
      `real size: ${target.flashSize} (the image was built for ${sizeName(wanted)})`,
    );
  return undefined;
}

function judgeRevision(header: EspHeader, target: ImageTarget): Fault | undefined {
  if (target.revision < 0) return undefined;
  if (target.revision < header.minRevision)
    return fault(
      FaultNumber.WrongRevision,
      `the image needs chip revision ${revisionText(header.minRevision)} or newer, the board has ${revisionText(target.revision)}`,
    );
  if (header.maxRevision !== 0 && target.revision > header.maxRevision)
    return fault(
      FaultNumber.WrongRevision,
      `the image runs up to chip revision ${revisionText(header.maxRevision)}, the board has ${revisionText(target.revision)}`,
    );
  return undefined;
}

/** "v3.1" of 301. */
export function revisionText(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}

/** `esp_app_desc_t`: behind the image header (24) and the first segment's header (8). */
const appDescriptorOffset = 32;
export const appDescriptorEnd = 288;
const descriptorMagic = 0xabcd5432;

/** The descriptor, or undefined when there is none in `head` (boot loaders and old builds have none). */
export function parseAppDescriptor(bytes: Reader, head: Chunk): AppDescriptor | undefined {
  if (head.length < appDescriptorEnd) return undefined;
  if (u32(bytes, head, appDescriptorOffset) !== descriptorMagic) return undefined;
  return {
    version: textField(bytes, head, 48, 32),
    project: textField(bytes, head, 80, 32),
    time: textField(bytes, head, 112, 16),
    date: textField(bytes, head, 128, 16),
    idf: textField(bytes, head, 144, 32),
  };
}
