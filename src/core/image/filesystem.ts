import { type Fault, FaultNumber, fault } from "../errors.js";
import { u16, u32 } from "../read.js";
import type { Inspection } from "./judgement.js";
import { type ByteSource, type ImageTools, pieceLength } from "./source.js";

interface FilesystemFacts {
  readonly kind: "littlefs" | "spiffs" | "fat" | "blank";
  /** Bytes by the superblock; 0 where it has no size. */
  readonly size: number;
}

const blockLengths = [4096, 8192];

/**
 * Recognises a filesystem by what its makers put at fixed places, and fills in which one it is. In a firmware slot every
 * filesystem is the wrong kind.
 */
export function judgeFilesystem(it: Inspection): Fault | undefined {
  const tools = it.tools;
  const source = it.source;
  const facts =
    littleFs(tools, source) ?? fat(tools, source) ?? spiffs(tools, source) ?? blank(tools, source);
  if (facts === undefined) return fault(FaultNumber.MagicByte, "");
  it.result.kind = facts.kind;
  it.result.filesystemSize = facts.size;
  if (it.target.boot !== "any")
    return fault(
      FaultNumber.WrongKind,
      `a ${facts.kind} image goes into the filesystem (-s, command 100), not into a firmware slot`,
    );
  if (facts.size > source.size)
    return fault(
      FaultNumber.TruncatedImage,
      `the ${facts.kind} filesystem speaks of ${facts.size} bytes, the image has ${source.size}`,
    );
  return it.result.fault;
}

/** LittleFS v2 (SPEC.md): superblock entry in block 0 or 1: u32 revision, tag, "littlefs", tag, version, sizes. */
function littleFs(tools: ImageTools, source: ByteSource): FilesystemFacts | undefined {
  const places = [0, blockLengths[0], blockLengths[1]];
  for (let i = 0; i < places.length; i++) {
    if (places[i] + 32 > source.size) continue;
    const head = source.read(places[i], 32);
    if (tools.bytes.toText(head.slice(8, 16)) !== "littlefs") continue;
    return { kind: "littlefs", size: u32(tools.bytes, head, 24) * u32(tools.bytes, head, 28) };
  }
  return undefined;
}

/** FAT: boot sector signature and the type's name. Behind wear levelling the volume starts one sector later. */
function fat(tools: ImageTools, source: ByteSource): FilesystemFacts | undefined {
  for (let start = 0; start <= pieceLength; start += pieceLength) {
    if (start + 512 > source.size) continue;
    const head = source.read(start, 512);
    if (u16(tools.bytes, head, 510) !== 0xaa55) continue;
    const small = tools.bytes.toText(head.slice(54, 57));
    const large = tools.bytes.toText(head.slice(82, 85));
    if (small !== "FAT" && large !== "FAT") continue;
    const few = u16(tools.bytes, head, 19);
    const sectors = few !== 0 ? few : u32(tools.bytes, head, 32);
    return { kind: "fat", size: sectors * u16(tools.bytes, head, 11) };
  }
  return undefined;
}

/**
 * SPIFFS with pages of 256 bytes: each block's first page ends with a magic of 16 bits that holds the page length and
 * the blocks left, and the erase count (spiffs_nucleus.h, SPIFFS_MAGIC). One block may be torn by a power cut.
 */
function spiffs(tools: ImageTools, source: ByteSource): FilesystemFacts | undefined {
  for (let i = 0; i < blockLengths.length; i++) {
    const blocks = Math.floor(source.size / blockLengths[i]);
    let found = 0;
    for (let block = 0; block < 3 && block < blocks; block++) {
      const magic = u16(tools.bytes, source.read(block * blockLengths[i] + 252, 2), 0);
      if (magic === ((0x0529 ^ 256 ^ (blocks - block)) & 0xffff)) found++;
    }
    if (found > 0 && found >= Math.min(blocks, 3) - 1)
      return { kind: "spiffs", size: blocks * blockLengths[i] };
  }
  return undefined;
}

function blank(tools: ImageTools, source: ByteSource): FilesystemFacts | undefined {
  for (let at = 0; at < source.size; at += pieceLength)
    if (!tools.bytes.isBlank(source.read(at, Math.min(pieceLength, source.size - at)))) return undefined;
  return { kind: "blank", size: source.size };
}
