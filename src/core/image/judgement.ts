import type { AppHeader } from "../bundle/header.js";
import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Chunk } from "../ports.js";
import { chunkHex } from "../text.js";
import type { ByteSource, ImageTarget, ImageTools } from "./source.js";

export type ImageKind =
  | "unknown"
  /** One ESP8266 image, E9 (image v1), without eboot in front. */
  | "esp8266"
  /** User image of boot_v1.x, EA 04 (image v2). */
  | "esp8266-v2"
  /** What Arduino's build makes: eboot at 0, the sketch at 0x1000. */
  | "arduino"
  | "esp32"
  /** The ESP32 family's second stage. */
  | "boot-loader"
  | "gzip"
  | "app"
  | "devicescript"
  | "partition-table"
  | "littlefs"
  | "spiffs"
  | "fat"
  | "blank";

/** Header of an image that starts with E9, of the ESP8266 (8 bytes) or the ESP32 family (24 bytes). */
export interface EspHeader {
  /** `ChipId`. */
  readonly chip: number;
  readonly segmentCount: number;
  readonly mode: number;
  readonly sizeCode: number;
  readonly speedCode: number;
  readonly entry: number;
  /** Revisions are major * 100 + minor; a `maxRevision` of 0 is none. */
  readonly minRevision: number;
  readonly maxRevision: number;
  readonly hashAppended: number;
  /** Offset of the first segment's header. */
  readonly length: number;
}

/** A piece of an image: `length` bytes at `offset` of the file that go to `address` of the chip. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  readonly length: number;
}

/** `esp_app_desc_t`: what ESP-IDF writes at offset 32 of an application image. */
export interface AppDescriptor {
  readonly project: string;
  readonly version: string;
  /** Version of ESP-IDF, e.g. "v4.4.4". */
  readonly idf: string;
  readonly date: string;
  readonly time: string;
}

/** What a DeviceScript program's header and configuration contain. */
export interface DevsProgram {
  /** Of the bytecode: the runtime must be of the same major version and no older minor version. */
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly functions: number;
  /** Bytes. */
  readonly code: number;
  /** `@name` and `@version` of its configuration; "" where it has none. */
  readonly name: string;
  readonly version: string;
  /** Levels that the runtime puts pins to at boot, by label, e.g. "P33=0". */
  readonly safePins: string[];
}

/** What is known of an image, and the first thing that is wrong with it. Filled in as far as the judging got. */
export class ImageJudgement {
  kind: ImageKind = "unknown";
  /** Bytes, as given. */
  size = 0;
  header: EspHeader | undefined = undefined;
  segments: Segment[] = [];
  descriptor: AppDescriptor | undefined = undefined;
  bundle: AppHeader | undefined = undefined;
  program: DevsProgram | undefined = undefined;
  /** Bytes of the image proper, checksum and hash included; what follows is padding, a signature or a seal. 0: not walked. */
  imageLength = 0;
  /** gzip: bytes once inflated, from its last four bytes. */
  inflatedSize = 0;
  /** Lower-case hex of the appended SHA-256, when there is one. */
  sha256 = "";
  /** True when the hash or CRC that the format carries was there and was compared. */
  hashChecked = false;
  /** True when a signature follows. Its validity is not judged here. */
  signed = false;
  /** Filesystems: bytes by the superblock, 0 where it has no size. */
  filesystemSize = 0;
  /** undefined: nothing wrong was found. */
  fault: Fault | undefined = undefined;
}

/** An image while all of it is judged. Each format's judge takes one, fills in `result` and returns what is wrong. */
export interface Inspection {
  readonly tools: ImageTools;
  readonly source: ByteSource;
  readonly target: ImageTarget;
  readonly result: ImageJudgement;
}

export function corrupt(detail: string): Fault {
  return fault(FaultNumber.CorruptImage, detail);
}

/**
 * Compares the SHA-256 that an image carries with its first `length` bytes, where the runtime has one.
 * @param differs what is wrong when they differ
 */
export function judgeSha256(
  it: Inspection,
  stored: Chunk,
  length: number,
  differs: string,
): Fault | undefined {
  it.result.sha256 = chunkHex(it.tools.bytes, stored);
  if (it.tools.crypto.sha256Hex === undefined) return undefined;
  if (it.tools.crypto.sha256Hex(it.source.read(0, length)) !== it.result.sha256) return corrupt(differs);
  it.result.hashChecked = true;
  return undefined;
}
