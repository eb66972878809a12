import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Board } from "../../boards/index.js";
import { type Fault, FaultNumber, fault } from "../core/errors.js";
import { judgeInflatedSize } from "../core/image/gzip-header.js";
import { imageKind, judgeImage } from "../core/image/judge.js";
import type { ImageJudgement, ImageKind } from "../core/image/judgement.js";
import { anyTarget, chunkSource, type ImageTarget, type ImageTools } from "../core/image/source.js";
import { catalogEntry, reasonOf, SluiceError } from "../errors/sluice-error.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";
import { boardTarget } from "./board-target.js";
import { otherFile } from "./other-files.js";

/** The core's judge, with Node's hashes and a fast checksum. */
export const nodeImageTools: ImageTools = {
  bytes: nodeBytes,
  crypto: nodeCrypto,
  xor: (chunk) => {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("the host judges Uint8Arrays");
    let value = 0;
    for (const byte of chunk) value ^= byte;
    return value;
  },
};

export interface FileJudgement {
  readonly outer: ImageJudgement;
  /** What a gzip file holds. */
  readonly inner: ImageJudgement | undefined;
  /** The first thing that is wrong, outside or inside. */
  readonly fault: Fault | undefined;
}

/** No flash chip of these boards is larger; nothing inflates beyond it. */
const inflateLimit = 16 * 1024 * 1024;

/**
 * Judges a whole file; a gzip file is inflated, within the room there is, and judged inside too. What is no image is
 * recognised by name, where it can be.
 */
export function judgeBytes(data: Uint8Array, target: ImageTarget): FileJudgement {
  const judged = judgeContent(data, target);
  const code = judged.fault?.code;
  if (code !== "BAD_MAGIC_BYTE" && code !== "CORRUPT_IMAGE" && code !== "TRUNCATED_IMAGE") return judged;
  const other = otherFile(data);
  if (other === undefined) return judged;
  const number = code === "BAD_MAGIC_BYTE" ? FaultNumber.MagicByte : FaultNumber.WrongKind;
  const text = `this is ${other.title}: ${other.instead}`;
  const wrong = { ...fault(number, text), text };
  judged.outer.kind = "unknown";
  judged.outer.fault = wrong;
  return { ...judged, fault: wrong };
}

function judgeContent(data: Uint8Array, target: ImageTarget): FileJudgement {
  const outer = judgeImage(nodeImageTools, chunkSource(data), target);
  if (outer.kind !== "gzip" || outer.fault !== undefined)
    return { outer, inner: undefined, fault: outer.fault };
  const content = inflate(data, outer.inflatedSize, target.inflatedRoom || inflateLimit);
  if (!(content instanceof Uint8Array)) return { outer, inner: undefined, fault: content };
  const inner = judgeImage(nodeImageTools, chunkSource(content), { ...target, room: target.inflatedRoom });
  if (inner.kind === "gzip" && inner.fault === undefined)
    inner.fault = fault(
      FaultNumber.WrongKind,
      "a gzip file inside a gzip file is of no use to a boot loader",
    );
  return { outer, inner, fault: inner.fault };
}

function inflate(data: Uint8Array, promised: number, room: number): Uint8Array | Fault {
  const tooLarge = judgeInflatedSize(promised, room);
  if (tooLarge !== undefined) return tooLarge;
  try {
    const content = gunzipSync(data, { maxOutputLength: Math.max(1, promised) });
    if (content.length === promised) return content;
    return fault(
      FaultNumber.CorruptImage,
      `the gzip file promises ${promised} bytes and inflates to ${content.length}`,
    );
  } catch (error) {
    if (error instanceof RangeError)
      return fault(
        FaultNumber.CorruptImage,
        `the gzip file inflates to more than the ${promised} bytes it promises`,
      );
    return fault(FaultNumber.CorruptImage, `the gzip file does not inflate: ${reasonOf(error)}`);
  }
}

/** @throws SluiceError FILE_NOT_READABLE */
export function readImageFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}

const firmwareKinds: ReadonlySet<ImageKind> = new Set(["esp8266", "esp8266-v2", "arduino", "esp32", "gzip"]);

/** Firmware is judged for the board's boot loader; everything else has no boot loader to suit. */
export function judgeForBoard(data: Uint8Array, board: Board): FileJudgement {
  const kind = imageKind(nodeImageTools, data.subarray(0, 32));
  return judgeBytes(data, firmwareKinds.has(kind) ? uploadTarget(board) : anyTarget);
}

/**
 * Room is left to the placement, which knows what would fit. Where no firmware goes at all, that is the reason to give,
 * not that this one is a little too large as well.
 */
function uploadTarget(board: Board): ImageTarget {
  const target = { ...boardTarget(board), room: 0 };
  return board.layout.refusal === undefined ? target : { ...target, flashSize: 0, inflatedRoom: 0 };
}

/** A fault for people. */
export function withRemedy(wrong: Fault | undefined): (Fault & { readonly remedy: string }) | undefined {
  return wrong && { ...wrong, remedy: catalogEntry(wrong.code)?.remedy ?? "" };
}
