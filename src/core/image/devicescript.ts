import { isTrailer, trailerHeadLength, trailerLength } from "../bundle/trailer.js";
import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk } from "../ports.js";
import { u16, u32 } from "../read.js";
import { readDevsConfig } from "./devicescript-config.js";
import { corrupt, type Inspection, judgeSha256 } from "./judgement.js";
import type { ByteSource } from "./source.js";

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

/** Sections of a DeviceScript program in their order (devs_format.h), each {start u32, length u32} in the header. */
export const enum DevsSection {
  Functions = 0,
  Code = 1,
  Floats = 2,
  Roles = 3,
  AsciiStrings = 4,
  Utf8Strings = 5,
  Buffers = 6,
  StringData = 7,
  ServiceSpecs = 8,
  Config = 9,
}

const sectionsOffset = 32;
const sectionCount = 10;
export const devsHeaderLength = sectionsOffset + 8 * sectionCount;

export function sectionStart(bytes: Bytes, head: Chunk, section: number): number {
  return u32(bytes, head, sectionsOffset + 8 * section);
}

export function sectionLength(bytes: Bytes, head: Chunk, section: number): number {
  return u32(bytes, head, sectionsOffset + 8 * section + 4);
}

/** devs_format.h devs_function_desc_t: {start, length, slots u16, arguments u8, …}. */
const functionLength = 16;
/** Functions are found by 16 bits (devs_pc_t). */
const codeLimit = 0x10000;

/**
 * DeviceScript's format has no checksum: a byte changed in the code runs, wrongly. `sluice build` therefore puts a seal
 * behind the bytecode: "SluiceDS", u32 length of what is sealed, u32 format, SHA-256, zeros. The runtime looks at the
 * sections only and passes over it.
 */
export const sealMagic = "SluiceDS";
export const sealFormat = 1;
/** Bytes; two of the pieces that a deploy is made of. */
export const sealLength = 64;
const hashOffset = 16;
const hashLength = 32;

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
  // A signature behind it is none of its pieces: the gateway takes it off.
  if (size % devsAlignment !== 0 && !hasTrailer(size))
    return fault(
      FaultNumber.TruncatedImage,
      `DeviceScript bytecode comes in whole pieces of ${devsAlignment} bytes, these are ${size}`,
    );
  return undefined;
}

function hasTrailer(size: number): boolean {
  return size % devsAlignment === trailerLength % devsAlignment && size > trailerLength;
}

/** Judges all the rest and fills in what the program contains. The head must have been found right. */
export function judgeDevsBody(it: Inspection): Fault | undefined {
  const bytes = it.tools.bytes;
  const result = it.result;
  const head = it.source.read(0, devsHeaderLength);
  const wrongCode = judgeFunctions(bytes, it.source, head) ?? judgeStrings(bytes, it.source, head);
  if (wrongCode !== undefined) return wrongCode;
  const config = readDevsConfig(bytes, sectionOf(bytes, it.source, head, DevsSection.Config));
  if (typeof config === "string") return corrupt(config);
  result.program = {
    major: bytes.at(head, 11),
    minor: bytes.at(head, 10),
    patch: u16(bytes, head, 8),
    functions: sectionLength(bytes, head, DevsSection.Functions) / functionLength,
    code: sectionLength(bytes, head, DevsSection.Code),
    name: config.name,
    version: config.version,
    safePins: config.safePins,
  };
  const end = sectionStart(bytes, head, DevsSection.Config) + sectionLength(bytes, head, DevsSection.Config);
  result.imageLength = Math.ceil(end / devsAlignment) * devsAlignment;
  result.signed = hasTrailer(it.source.size);
  const length = it.source.size - (result.signed ? trailerLength : 0);
  if (result.signed && !isTrailer(bytes, it.source.read(length, trailerHeadLength), length))
    return corrupt("what follows the program is not its signature");
  const rest = length - result.imageLength;
  if (rest === 0) return undefined;
  if (rest !== sealLength)
    return corrupt(`${rest} bytes follow the end of the bytecode and are no seal of sluice build`);
  return judgeSeal(it);
}

function sectionOf(bytes: Bytes, source: ByteSource, head: Chunk, index: number): Chunk {
  return source.read(sectionStart(bytes, head, index), sectionLength(bytes, head, index));
}

/** Functions lie one behind the other, inside the code. */
function judgeFunctions(bytes: Bytes, source: ByteSource, head: Chunk): Fault | undefined {
  const table = sectionOf(bytes, source, head, DevsSection.Functions);
  const count = Math.floor(table.length / functionLength);
  if (count === 0 || count * functionLength !== table.length)
    return corrupt("the bytecode's table of functions is empty or cut short");
  const start = sectionStart(bytes, head, DevsSection.Code);
  const end = start + sectionLength(bytes, head, DevsSection.Code);
  let at = start;
  for (let i = 0; i < count; i++) {
    const offset = i * functionLength;
    if (u32(bytes, table, offset) !== at)
      return corrupt(`function ${i} of the bytecode is not where the one before it ends`);
    at += u32(bytes, table, offset + 4);
    if (at > end || at % 4 !== 0) return corrupt(`function ${i} of the bytecode leaves the code`);
    if (bytes.at(table, offset + 10) > u16(bytes, table, offset + 8))
      return corrupt(`function ${i} of the bytecode has more arguments than room for them`);
  }
  if (at >= codeLimit)
    return fault(
      FaultNumber.Space,
      `the program has ${at} bytes up to the end of its code, DeviceScript takes ${codeLimit - 1}`,
    );
  return undefined;
}

/** Every entry of the string tables points inside the strings. */
function judgeStrings(bytes: Bytes, source: ByteSource, head: Chunk): Fault | undefined {
  const data = sectionOf(bytes, source, head, DevsSection.StringData);
  if (data.length === 0 || bytes.at(data, data.length - 1) !== 0)
    return corrupt("the bytecode's strings do not end");
  const ascii = sectionOf(bytes, source, head, DevsSection.AsciiStrings);
  for (let i = 0; i + 2 <= ascii.length; i += 2)
    if (u16(bytes, ascii, i) >= data.length) return corrupt("a string of the bytecode lies outside");
  const utf8 = sectionOf(bytes, source, head, DevsSection.Utf8Strings);
  for (let i = 0; i + 4 <= utf8.length; i += 4) {
    const at = u32(bytes, utf8, i);
    if (at % 2 !== 0 || at + 5 >= data.length || at + 5 + u16(bytes, data, at) >= data.length)
      return corrupt("a string of the bytecode lies outside");
  }
  const buffers = sectionOf(bytes, source, head, DevsSection.Buffers);
  for (let i = 0; i + 8 <= buffers.length; i += 8)
    if (u32(bytes, buffers, i) + u32(bytes, buffers, i + 4) >= data.length)
      return corrupt("a buffer of the bytecode lies outside");
  return undefined;
}

/** Compares the seal's SHA-256 where the runtime has one. */
function judgeSeal(it: Inspection): Fault | undefined {
  const bytes = it.tools.bytes;
  const length = it.result.imageLength;
  const seal = it.source.read(length, sealLength);
  if (
    bytes.toText(seal.slice(0, 8)) !== sealMagic ||
    u32(bytes, seal, 8) !== length ||
    u32(bytes, seal, 12) !== sealFormat ||
    !isZero(bytes, seal, hashOffset + hashLength)
  )
    return corrupt("what follows the bytecode is no seal of sluice build, or damaged");
  const stored = seal.slice(hashOffset, hashOffset + hashLength);
  return judgeSha256(it, stored, length, "the bytecode's SHA-256 is not the one of its seal: it is damaged");
}

function isZero(bytes: Bytes, chunk: Chunk, from: number): boolean {
  for (let i = from; i < chunk.length; i++) if (bytes.at(chunk, i) !== 0) return false;
  return true;
}
