import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk } from "../ports.js";
import { u16, u32 } from "../read.js";
import { judgeDevsCode } from "./devicescript-code.js";
import { readDevsConfig } from "./devicescript-config.js";
import { judgeSeal, sealLength } from "./devicescript-seal.js";
import {
  DevsSection,
  devsHeaderLength,
  sectionCount,
  sectionLength,
  sectionStart,
} from "./devicescript-sections.js";
import type { ImageJudgement } from "./judgement.js";
import type { ByteSource, ImageTools } from "./source.js";

/**
 * DeviceScript bytecode (devs_format.h): "DevS", a second magic, version, then ten sections {start, length} one behind
 * the other. What the runtime checks before it runs a program (verify.c) is checked here, so that a file that passes is
 * not one that leaves a board with an empty program.
 */
const secondMagic = 0xf1296e0a;
/** A deploy takes whole pieces of so many bytes (devsmgr.h DEVSMGR_ALIGN). */
export const devsAlignment = 32;
/** Runtimes take their own major version, and minor versions from this one up to their own. */
const majorVersion = 2;
const oldestMinor = 7;

/** What a program says of itself. */
export interface DevsProgram {
  /** Of the bytecode: the runtime must be of the same major version and no older minor version. */
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly functions: number;
  /** Bytes. */
  readonly code: number;
  /** `@name` and `@version` of its configuration; "" when it does not say. */
  readonly name: string;
  readonly version: string;
  /** Levels that the runtime puts pins to at boot, by label, e.g. "P33=0". */
  readonly safePins: string[];
  /** What the runtime compares to see whether the hardware's configuration has changed; "" without one. */
  readonly configHash: string;
}

export function isDeviceScript(bytes: Bytes, head: Chunk): boolean {
  return head.length >= 4 && bytes.toText(head.slice(0, 4)) === "DevS";
}

/** Judges the header: magic, version, and that the sections follow one another inside the file. */
export function judgeDevsHead(bytes: Bytes, head: Chunk, size: number): Fault | undefined {
  if (head.length < devsHeaderLength)
    return fault(FaultNumber.TruncatedImage, "the DeviceScript bytecode is cut short");
  if (u32(bytes, head, 4) !== secondMagic)
    return corrupt("the DeviceScript bytecode's second magic number is wrong");
  const major = bytes.at(head, 11);
  const minor = bytes.at(head, 10);
  if (major !== majorVersion || minor < oldestMinor)
    return fault(
      FaultNumber.WrongEngine,
      `bytecode version ${major}.${minor} runs on no DeviceScript 2: build it with @devicescript/cli 2.7 or newer`,
    );
  let end = devsHeaderLength;
  for (let i = 0; i < sectionCount; i++) {
    const start = sectionStart(bytes, head, i);
    const length = sectionLength(bytes, head, i);
    if (start + length > size)
      return fault(
        FaultNumber.TruncatedImage,
        `section ${i} of the DeviceScript bytecode ends at byte ${start + length}, but there are ${size}`,
      );
    if (start !== end || (length & 3) !== 0)
      return corrupt(`section ${i} of the DeviceScript bytecode is not where the one before it ends`);
    end = start + length;
  }
  if (sectionLength(bytes, head, DevsSection.Roles) !== 0)
    return corrupt("the DeviceScript bytecode has static roles, which no runtime takes any more");
  if (size % devsAlignment !== 0)
    return fault(
      FaultNumber.TruncatedImage,
      `DeviceScript bytecode comes in whole pieces of ${devsAlignment} bytes, these are ${size}`,
    );
  return undefined;
}

/** Judges all the rest and fills in what the program says of itself. The head must have been found right. */
export function judgeDevsBody(
  tools: ImageTools,
  source: ByteSource,
  result: ImageJudgement,
): Fault | undefined {
  const bytes = tools.bytes;
  const head = source.read(0, devsHeaderLength);
  const wrongCode = judgeDevsCode(bytes, source, head);
  if (wrongCode !== undefined) return wrongCode;
  const configStart = sectionStart(bytes, head, DevsSection.Config);
  const configLength = sectionLength(bytes, head, DevsSection.Config);
  const config = readDevsConfig(bytes, source.read(configStart, configLength));
  if (typeof config === "string") return corrupt(config);
  result.program = {
    major: bytes.at(head, 11),
    minor: bytes.at(head, 10),
    patch: u16(bytes, head, 8),
    functions: sectionLength(bytes, head, DevsSection.Functions) / 16,
    code: sectionLength(bytes, head, DevsSection.Code),
    name: config.name,
    version: config.version,
    safePins: config.safePins,
    configHash: config.hash,
  };
  const end = configStart + configLength;
  result.imageLength = end + ((devsAlignment - (end % devsAlignment)) % devsAlignment);
  if (source.size === result.imageLength) return undefined;
  if (source.size !== result.imageLength + sealLength)
    return corrupt(
      `${source.size - result.imageLength} bytes follow the end of the bytecode and are no seal of sluice build`,
    );
  return judgeSeal(tools, source, result);
}

function corrupt(text: string): Fault {
  return fault(FaultNumber.CorruptImage, text);
}
