import type { Chunk, Reader } from "../ports.js";
import { textField, u32 } from "../read.js";

/** `esp_app_desc_t`: what ESP-IDF writes at offset 32 of an application image. */
export interface AppDescriptor {
  readonly project: string;
  readonly version: string;
  /** Version of ESP-IDF, e.g. "v4.4.4". */
  readonly idf: string;
  readonly date: string;
  readonly time: string;
  /** Anti-rollback counter. */
  readonly secureVersion: number;
}

/** Behind the image header (24) and the first segment's header (8). */
export const appDescriptorOffset = 32;
export const appDescriptorEnd = 288;
const descriptorMagic = 0xabcd5432;

/** The descriptor, or undefined when there is none in `head` (boot loaders and old builds have none). */
export function parseAppDescriptor(bytes: Reader, head: Chunk): AppDescriptor | undefined {
  if (head.length < appDescriptorEnd) return undefined;
  if (u32(bytes, head, appDescriptorOffset) !== descriptorMagic) return undefined;
  return {
    secureVersion: u32(bytes, head, 36),
    version: textField(bytes, head, 48, 32),
    project: textField(bytes, head, 80, 32),
    time: textField(bytes, head, 112, 16),
    date: textField(bytes, head, 128, 16),
    idf: textField(bytes, head, 144, 32),
  };
}
