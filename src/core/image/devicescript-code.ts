import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk } from "../ports.js";
import { u16, u32 } from "../read.js";
import { DevsSection, sectionLength, sectionStart } from "./devicescript-sections.js";
import type { ByteSource } from "./source.js";

/** devs_format.h devs_function_desc_t: {start, length, slots u16, arguments u8, …}. */
const functionLength = 16;
/** Functions are found by 16 bits (devs_pc_t). */
const codeLimit = 0x10000;

/** Judges the table of functions and the tables of strings: everything that points somewhere points inside. */
export function judgeDevsCode(bytes: Bytes, source: ByteSource, head: Chunk): Fault | undefined {
  const wrong = judgeFunctions(bytes, source, head);
  return wrong === undefined ? judgeStrings(bytes, source, head) : wrong;
}

function section(bytes: Bytes, source: ByteSource, head: Chunk, index: number): Chunk {
  return source.read(sectionStart(bytes, head, index), sectionLength(bytes, head, index));
}

function judgeFunctions(bytes: Bytes, source: ByteSource, head: Chunk): Fault | undefined {
  const table = section(bytes, source, head, DevsSection.Functions);
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

function judgeStrings(bytes: Bytes, source: ByteSource, head: Chunk): Fault | undefined {
  const data = section(bytes, source, head, DevsSection.StringData);
  if (data.length === 0 || bytes.at(data, data.length - 1) !== 0)
    return corrupt("the bytecode's strings do not end");
  const ascii = section(bytes, source, head, DevsSection.AsciiStrings);
  for (let i = 0; i + 2 <= ascii.length; i += 2)
    if (u16(bytes, ascii, i) >= data.length) return corrupt("a string of the bytecode lies outside");
  const utf8 = section(bytes, source, head, DevsSection.Utf8Strings);
  for (let i = 0; i + 4 <= utf8.length; i += 4) {
    const at = u32(bytes, utf8, i);
    if (at % 2 !== 0 || at + 5 >= data.length || at + 5 + u16(bytes, data, at) >= data.length)
      return corrupt("a string of the bytecode lies outside");
  }
  const buffers = section(bytes, source, head, DevsSection.Buffers);
  for (let i = 0; i + 8 <= buffers.length; i += 8)
    if (u32(bytes, buffers, i) + u32(bytes, buffers, i + 4) >= data.length)
      return corrupt("a buffer of the bytecode lies outside");
  return undefined;
}

function corrupt(text: string): Fault {
  return fault(FaultNumber.CorruptImage, text);
}
