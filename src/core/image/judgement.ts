import type { AppHeader } from "../bundle/header.js";
import type { Fault } from "../errors.js";
import type { AppDescriptor } from "./app-descriptor.js";
import type { DevsProgram } from "./devicescript.js";
import type { EspHeader, Segment } from "./esp-header.js";

export type ImageKind =
  | "unknown"
  /** One ESP8266 image, E9 (facts: image v1), without eboot in front. */
  | "esp8266"
  /** User image of boot_v1.x, EA 04 (image v2). */
  | "esp8266-v2"
  /** What Arduino's build makes: eboot at 0, the sketch at 0x1000. */
  | "arduino"
  | "esp32"
  | "gzip"
  | "app"
  | "devicescript"
  | "partition-table"
  | "littlefs"
  | "spiffs"
  | "fat"
  | "blank";

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
  /** gzip: bytes once inflated, as its last four bytes say. */
  inflatedSize = 0;
  /** Lower-case hex of the appended SHA-256, when there is one. */
  sha256 = "";
  /** True when the hash or CRC that the format carries was there and was compared. */
  hashChecked = false;
  /** True when a signature follows. Its validity is not judged here. */
  signed = false;
  /** Filesystems: bytes that its superblock speaks of, 0 when it does not say. */
  filesystemSize = 0;
  /** undefined: nothing wrong was found. */
  fault: Fault | undefined = undefined;
}
