import { FaultNumber, fault } from "../../../core/errors.js";
import { esp32HeaderLength, parseEsp32Header } from "../../../core/image/esp-header.js";
import { walkSegments } from "../../../core/image/segments.js";
import type { Chunk } from "../../../core/ports.js";
import { chipFlash } from "../ports/chip-flash.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Stored] };

/** Bytes that are in memory at a time. */
const pieceLength = 1024;

/**
 * Whether flash holds the firmware that was sent, with whole headers and segments. Its checksum and hash are left to
 * the chip's boot loader, which computes both at every start and keeps to the old slot when they are wrong: over a
 * megabyte they would take an interpreter minutes.
 */
exports.open = (md5, start, size, expected) => {
  try {
    const digest = md5();
    for (let done = 0; done < size; done += pieceLength) {
      const length = size - done < pieceLength ? size - done : pieceLength;
      digest.update(require("Flash").read(length, (start + done) | 0) as unknown as Chunk);
    }
    const found = digest.hex();
    if (found !== expected) return fault(FaultNumber.Verify, `flash holds ${found}`);
    const header = parseEsp32Header(engineBytes, chipFlash.read(esp32HeaderLength, start));
    const source = {
      size: size,
      read: (offset: number, length: number) => chipFlash.read(length, start + offset),
    };
    const tools = { bytes: engineBytes, crypto: { md5: md5, crc32: crc32 } };
    const end = walkSegments(tools, source, header, esp32HeaderLength, header.segmentCount, []);
    return typeof end === "number" ? undefined : end;
  } catch (error) {
    return fault(FaultNumber.Read, `${error}`);
  }
};
