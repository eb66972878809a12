import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk } from "../ports.js";
import { u32 } from "../read.js";

/** DeviceScript bytecode (devs_format.h): "DevS", a second magic, version, then ten sections {start, length}. */
const secondMagic = 0xf1296e0a;
const sectionsOffset = 32;
const sectionCount = 10;
export const devsHeaderLength = sectionsOffset + 8 * sectionCount;

export function isDeviceScript(bytes: Bytes, head: Chunk): boolean {
  return head.length >= 4 && bytes.toText(head.slice(0, 4)) === "DevS";
}

/** The format has no hash: all that can be said is whether its sections lie inside the file. */
export function judgeDeviceScript(bytes: Bytes, head: Chunk, size: number): Fault | undefined {
  if (head.length < devsHeaderLength)
    return fault(FaultNumber.TruncatedImage, "the DeviceScript bytecode is cut short");
  if (u32(bytes, head, 4) !== secondMagic)
    return fault(FaultNumber.CorruptImage, "the DeviceScript bytecode's second magic number is wrong");
  for (let i = 0; i < sectionCount; i++) {
    const start = u32(bytes, head, sectionsOffset + 8 * i);
    const length = u32(bytes, head, sectionsOffset + 8 * i + 4);
    if (start + length > size)
      return fault(
        FaultNumber.TruncatedImage,
        `section ${i} of the DeviceScript bytecode ends at byte ${start + length}, but there are ${size}`,
      );
  }
  return undefined;
}
