import { isAppBundle } from "../bundle/header.js";
import { judgeBundleBody, judgeBundleHead } from "../bundle/image.js";
import { type Fault, FaultNumber, fault } from "../errors.js";
import { isPartitionTable, parsePartitionTable } from "../flash/partition-table.js";
import type { Chunk } from "../ports.js";
import { isDeviceScript, judgeDevsBody, judgeDevsHead } from "./devicescript.js";
import {
  appDescriptorEnd,
  esp32HeaderLength,
  espMagic,
  judgeEspHeader,
  looksLikeEsp8266,
  parseAppDescriptor,
  parseEsp32Header,
  parseEsp8266Header,
} from "./esp-header.js";
import { judgeEsp32Body } from "./esp32-image.js";
import {
  judgeEsp8266Body,
  judgeV2Body,
  judgeV2Header,
  v2HeadLength,
  v2Magic,
  v2Segments,
} from "./esp8266-image.js";
import { judgeFilesystem } from "./filesystem.js";
import { gzipInflatedSize, isGzip, judgeGzipHeader, judgeInflatedSize } from "./gzip-header.js";
import { ImageJudgement, type ImageKind, type Inspection } from "./judgement.js";
import { walkSegments } from "./segments.js";
import type { ByteSource, ImageTarget, ImageTools } from "./source.js";

/** First bytes that `judgeHead` makes use of. */
export const imageHeadLength = appDescriptorEnd;

/** The kind of image by its first bytes; "unknown" also stands for filesystems, which need more bytes. */
export function imageKind(tools: ImageTools, head: Chunk): ImageKind {
  const bytes = tools.bytes;
  if (isAppBundle(bytes, head)) return "app";
  if (isGzip(bytes, head)) return "gzip";
  if (isDeviceScript(bytes, head)) return "devicescript";
  if (isPartitionTable(bytes, head)) return "partition-table";
  if (head.length < 2) return "unknown";
  if (bytes.at(head, 0) === v2Magic && bytes.at(head, 1) === v2Segments) return "esp8266-v2";
  if (bytes.at(head, 0) !== espMagic) return "unknown";
  return head.length >= 12 && looksLikeEsp8266(bytes, head) ? "esp8266" : "esp32";
}

/**
 * Judges what the first bytes show, before anything is erased.
 * @param head the first `imageHeadLength` bytes, or all when there are fewer
 * @param size bytes of the whole image, as announced
 */
export function judgeHead(tools: ImageTools, head: Chunk, size: number, target: ImageTarget): ImageJudgement {
  const result = new ImageJudgement();
  result.size = size;
  result.kind = imageKind(tools, head);
  result.fault = headFault(tools, head, target, result);
  return result;
}

function headFault(
  tools: ImageTools,
  head: Chunk,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  if (result.size === 0 || head.length === 0) return fault(FaultNumber.NoData, "");
  const unfit = judgeKind(result.kind, target);
  if (unfit !== undefined) return unfit;
  if (target.room !== 0 && result.size > target.room && !target.inSlot) return fault(FaultNumber.Space, "");
  switch (result.kind) {
    case "app":
      return judgeBundleHead(tools, head, result.size, result);
    case "gzip":
      return judgeGzipHeader(tools.bytes, head, result.size);
    case "devicescript":
      return judgeDevsHead(tools.bytes, head, result.size);
    case "esp8266":
    case "esp8266-v2":
    case "esp32":
      return judgeEspHead(tools, head, target, result);
    default:
      return undefined;
  }
}

/** Whether the board's boot loader can run this kind at all. */
function judgeKind(kind: ImageKind, target: ImageTarget): Fault | undefined {
  if (target.boot === "any") return undefined;
  if (kind === "unknown") return fault(FaultNumber.MagicByte, "");
  if (kind === "app" || kind === "devicescript" || kind === "partition-table")
    return fault(FaultNumber.WrongKind, `a ${kind} image does not go into a firmware slot`);
  if (kind === "esp8266-v2")
    return fault(
      FaultNumber.WrongKind,
      "a user image (EA 04) is for boot_v1.x, this board has another boot loader",
    );
  if (target.boot === "esp32" && kind === "gzip")
    return fault(
      FaultNumber.WrongKind,
      "this board's boot loader cannot inflate: send the image without gzip",
    );
  return undefined;
}

function judgeEspHead(
  tools: ImageTools,
  head: Chunk,
  target: ImageTarget,
  result: ImageJudgement,
): Fault | undefined {
  const needed = result.kind === "esp32" ? esp32HeaderLength + 8 : v2HeadLength;
  if (head.length < needed || result.size < needed)
    return fault(
      FaultNumber.TruncatedImage,
      `an image has a header of ${needed} bytes, these are ${result.size}`,
    );
  if (result.kind === "esp8266-v2") return judgeV2Header(tools.bytes, head);
  const header =
    result.kind === "esp32" ? parseEsp32Header(tools.bytes, head) : parseEsp8266Header(tools.bytes, head);
  result.header = header;
  const wrong = judgeEspHeader(header, target);
  if (wrong !== undefined) return wrong;
  if (result.kind === "esp32") result.descriptor = parseAppDescriptor(tools.bytes, head);
  const size = result.size;
  const seen = { size: size, read: (offset: number, length: number) => head.slice(offset, offset + length) };
  const end = walkSegments(tools, seen, header, header.length, 1, []);
  return typeof end === "number" ? undefined : end;
}

/** Judges all of an image: a file on the host, or what lies in a slot of the flash. */
export function judgeImage(tools: ImageTools, source: ByteSource, target: ImageTarget): ImageJudgement {
  const head = source.read(0, Math.min(imageHeadLength, source.size));
  const result = judgeHead(tools, head, source.size, target);
  const it: Inspection = { tools: tools, source: source, target: target, result: result };
  if (result.fault === undefined) result.fault = bodyFault(it);
  else if (result.kind === "unknown" && source.size > 0) result.fault = judgeFilesystem(it);
  return result;
}

function bodyFault(it: Inspection): Fault | undefined {
  switch (it.result.kind) {
    case "app":
      return judgeBundleBody(it.tools, it.source, it.result);
    case "gzip":
      it.result.inflatedSize = gzipInflatedSize(it.tools, it.source);
      return judgeInflatedSize(it.result.inflatedSize, it.target.inflatedRoom);
    case "devicescript":
      return judgeDevsBody(it);
    case "partition-table":
      return tableFault(it);
    case "esp8266":
      return judgeEsp8266Body(it);
    case "esp8266-v2":
      return judgeV2Body(it);
    case "esp32":
      return judgeEsp32Body(it);
    default:
      return judgeFilesystem(it);
  }
}

function tableFault(it: Inspection): Fault | undefined {
  const table = it.source.read(0, it.source.size);
  return parsePartitionTable(it.tools.bytes, it.tools.crypto, table, it.target.flashSize).fault;
}
