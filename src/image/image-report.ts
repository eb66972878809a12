import type { AppHeader } from "../core/bundle/header.js";
import {
  ChipId,
  chipName,
  esp32FlashSize,
  esp8266FlashSize,
  flashModeName,
  flashSpeed,
  sizeName,
} from "../core/image/chips.js";
import { revisionText } from "../core/image/esp-header.js";
import type { DevsProgram, EspHeader, ImageJudgement, ImageKind, Segment } from "../core/image/judgement.js";
import { anyTarget } from "../core/image/source.js";
import { requireBoard } from "./board-target.js";
import { type FileJudgement, judgeBytes, judgeForBoard, readImageFile, withRemedy } from "./judge-file.js";
import { placeImage } from "./placement.js";

/**
 * What `sluice image` shows, ready for JSON.
 * @throws SluiceError FILE_NOT_READABLE, UNKNOWN_BOARD
 */
export function imageReport(file: string, boardId?: string) {
  const board = boardId === undefined ? undefined : requireBoard(boardId);
  const data = readImageFile(file);
  const alone = judgeBytes(data, anyTarget);
  const judged = board === undefined || alone.fault !== undefined ? alone : judgeForBoard(data, board);
  const placement = board === undefined || judged.fault ? undefined : placeImage(board, judged);
  const wrong = judged.fault ?? placement?.fault;
  return {
    file,
    kind: alone.outer.kind,
    /** Kind of what a gzip file holds. */
    inside: alone.inner?.kind,
    size: data.length,
    facts: {
      ...describeImage(alone),
      ...(alone.outer.kind === "esp8266-v2" && { slot: userSlot(data[3] ?? 0) }),
    },
    sound: alone.fault === undefined,
    /** With a board: whether it goes there over the air. */
    fits: board === undefined ? undefined : wrong === undefined,
    board: boardId,
    placement,
    /** What is wrong, with what to do. */
    error: withRemedy(wrong),
  };
}

/** Byte 3 of the header; which slot it means depends on who made the file. */
function userSlot(number: number): string {
  const name = (slot: number): string => (slot === 1 || slot === 2 ? `user${slot}` : "neither");
  return `${name(number)} as Espressif's tool counts, ${name(number + 1)} as Espruino's build does`;
}

/** The report for people. */
export function printImageReport(report: ReturnType<typeof imageReport>): string {
  const { board, placement, error } = report;
  const facts = Object.entries(report.facts);
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  lines.push("", report.sound ? "Sound." : `Not sound: ${error?.text ?? ""}.`);
  if (placement !== undefined) lines.push(`On ${board}: ${placement.sentence}`);
  else if (report.sound && error !== undefined) lines.push(`On ${board}: does not fit: ${error.text}.`);
  if (error !== undefined) lines.push(`${error.code}: ${error.remedy}`);
  return `${lines.join("\n")}\n`;
}

const kindTitles: Readonly<Record<ImageKind, string>> = {
  unknown: "not an image that Sluice knows",
  esp8266: "ESP8266 firmware (v1) without eboot",
  "esp8266-v2": "ESP8266 user image (v2, for boot_v1.x)",
  arduino: "ESP8266 firmware of Arduino's build (eboot and sketch)",
  esp32: "firmware of the ESP32 family",
  "boot-loader": "second-stage boot loader of the ESP32 family",
  gzip: "gzip file",
  app: "Sluice bundle",
  devicescript: "DeviceScript bytecode",
  "partition-table": "ESP32 partition table",
  littlefs: "LittleFS filesystem",
  spiffs: "SPIFFS filesystem",
  fat: "FAT filesystem",
  blank: "blank flash (every byte FF)",
};

const bundleKinds: Readonly<Record<number, string>> = { 1: "app", 2: "agent" };
const engines: Readonly<Record<number, string>> = { 1: "Espruino", 2: "DeviceScript", 3: "XS" };

/** By label; what an image does not have is undefined. */
type Facts = Readonly<Record<string, string | undefined>>;

/** What an image is, in reading order. */
function describeImage({ outer, inner }: FileJudgement): Record<string, string> {
  const inside = inner === undefined ? [] : Object.entries(factsOf(inner));
  const all = [...Object.entries(factsOf(outer)), ...inside.map(([label, value]) => [`  ${label}`, value])];
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function factsOf(image: ImageJudgement): Facts {
  const { bundle, program, header, descriptor } = image;
  return {
    kind: kindTitles[image.kind],
    size: `${image.size} bytes`,
    ...(bundle && bundleFacts(bundle)),
    ...(program && programFacts(program, image.hashChecked)),
    ...(header && headerFacts(header)),
    project: descriptor && `${descriptor.project} ${descriptor.version}`.trim(),
    "built with": descriptor && `ESP-IDF ${descriptor.idf}, ${descriptor.date} ${descriptor.time}`,
    ...Object.fromEntries(image.segments.map((segment, index) => [`segment ${index}`, segmentText(segment)])),
    inflated: image.kind === "gzip" ? `${image.inflatedSize} bytes` : undefined,
    filesystem: image.filesystemSize > 0 ? `${image.filesystemSize} bytes` : undefined,
    "SHA-256": image.sha256 || undefined,
    CRC:
      image.kind === "esp8266-v2" && !image.hashChecked && image.fault === undefined
        ? "no CRC behind it, as rBoot has its images"
        : undefined,
    signature: image.signed ? "present, not judged here" : undefined,
  };
}

function bundleFacts({
  name,
  version,
  kind,
  engine,
  payloadLength,
  agentVersion,
  safePins,
}: AppHeader): Facts {
  return {
    name: `${name}@${version} (${bundleKinds[kind] ?? `kind ${kind}`})`,
    engine: engines[engine] ?? `number ${engine}`,
    code: `${payloadLength} bytes`,
    "needs agent": agentVersion || undefined,
    "safe pins": safePins.map(({ pin, level }) => `${pin}=${level}`).join(" ") || undefined,
  };
}

function programFacts(program: DevsProgram, hashChecked: boolean): Facts {
  const { name, version, major, minor, patch, functions, code, safePins } = program;
  return {
    name: version === "" ? name : `${name}@${version}`,
    engine: `DeviceScript ${major}.${minor} or newer (built with ${major}.${minor}.${patch})`,
    code: `${code} bytes in ${functions} functions`,
    "safe pins": safePins.join(" ") || "none",
    checksum: hashChecked ? "matches" : "none: the format has none, and sluice build did not seal this file",
  };
}

function headerFacts({ chip, sizeCode, mode, speedCode, entry, minRevision }: EspHeader): Facts {
  const size = chip === ChipId.Esp8266 ? esp8266FlashSize(sizeCode) : esp32FlashSize(sizeCode);
  return {
    chip: chipName(chip),
    flash: `${sizeName(size)}, ${flashModeName(mode)}, ${flashSpeed(chip, speedCode)} MHz`,
    entry: `0x${entry.toString(16).padStart(8, "0")}`,
    "chip revision": minRevision > 0 ? `${revisionText(minRevision)} or newer` : undefined,
  };
}

function segmentText({ address, offset, length }: Segment): string {
  const place = address === 0 ? "mapped where it lies" : `0x${address.toString(16).padStart(8, "0")}`;
  return `${length} bytes at 0x${offset.toString(16)} -> ${place}`;
}
