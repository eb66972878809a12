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
import type { EspHeader, ImageJudgement, ImageKind } from "../core/image/judgement.js";
import { anyTarget } from "../core/image/source.js";
import { requireBoard } from "./board-target.js";
import {
  type FaultWithRemedy,
  type FileJudgement,
  judgeBytes,
  judgeForBoard,
  readImageFile,
  withRemedy,
} from "./judge-file.js";
import { type Placement, placeImage } from "./placement.js";

/** What `sluice image` found out. */
export interface ImageReport {
  readonly file: string;
  readonly kind: ImageKind;
  /** Kind of what a gzip file holds. */
  readonly inside: ImageKind | undefined;
  readonly size: number;
  readonly facts: Readonly<Record<string, string>>;
  readonly sound: boolean;
  /** With a board: whether it goes there over the air. */
  readonly fits: boolean | undefined;
  readonly board: string | undefined;
  readonly placement: Placement | undefined;
  /** What is wrong, with what to do. */
  readonly error: FaultWithRemedy | undefined;
}

/** @throws SluiceError FILE_NOT_READABLE, UNKNOWN_BOARD */
export function imageReport(file: string, boardId?: string): ImageReport {
  const board = boardId === undefined ? undefined : requireBoard(boardId);
  const data = readImageFile(file);
  const alone = judgeBytes(data, anyTarget);
  const judged = board === undefined || alone.fault !== undefined ? alone : judgeForBoard(data, board);
  const sound = alone.fault === undefined;
  const placement = board === undefined || judged.fault ? undefined : placeImage(board, judged);
  const wrong = judged.fault ?? placement?.fault;
  return {
    file,
    kind: alone.outer.kind,
    inside: alone.inner?.kind,
    size: data.length,
    facts: Object.fromEntries(describeImage(alone).map(([label, value]) => [label.trimEnd(), value])),
    sound,
    fits: board === undefined ? undefined : wrong === undefined,
    board: boardId,
    placement,
    error: withRemedy(wrong),
  };
}

/** The report for people. */
export function printImageReport(report: ImageReport): string {
  const facts = Object.entries(report.facts);
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  lines.push("", report.sound ? "Sound." : `Not sound: ${report.error?.text ?? ""}.`);
  if (report.placement !== undefined) lines.push(`On ${report.board}: ${report.placement.sentence}`);
  else if (report.sound && report.error !== undefined)
    lines.push(`On ${report.board}: does not fit: ${report.error.text}.`);
  if (report.error !== undefined) lines.push(`${report.error.code}: ${report.error.remedy}`);
  return `${lines.join("\n")}\n`;
}

const kindTitles: Readonly<Record<ImageKind, string>> = {
  unknown: "not an image that Sluice knows",
  esp8266: "ESP8266 firmware (v1) without eboot",
  "esp8266-v2": "ESP8266 user image (v2, for boot_v1.x)",
  arduino: "ESP8266 firmware of Arduino's build (eboot and sketch)",
  esp32: "firmware of the ESP32 family",
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

/** A label and its value. */
type Line = [string, string];

/** What an image is, in reading order. */
function describeImage({ outer, inner }: FileJudgement): Line[] {
  const inside = inner === undefined ? [] : describeOne(inner);
  return [...describeOne(outer), ...inside.map(([label, value]): Line => [`  ${label}`, value])];
}

function describeOne(image: ImageJudgement): Line[] {
  const lines: Line[] = [
    ["kind", kindTitles[image.kind]],
    ["size", `${image.size} bytes`],
  ];
  if (image.bundle !== undefined) lines.push(...bundleLines(image.bundle));
  if (image.program !== undefined) lines.push(...programLines(image));
  if (image.header !== undefined) lines.push(...headerLines(image.header));
  if (image.descriptor !== undefined) {
    const { project, version, idf, date, time } = image.descriptor;
    lines.push(["project", `${project} ${version}`.trim()]);
    lines.push(["built with", `ESP-IDF ${idf}, ${date} ${time}`]);
  }
  image.segments.forEach(({ address, offset, length }, index) => {
    const place = address === 0 ? "mapped where it lies" : `0x${address.toString(16).padStart(8, "0")}`;
    lines.push([`segment ${index}`, `${length} bytes at 0x${offset.toString(16)} -> ${place}`]);
  });
  if (image.kind === "gzip") lines.push(["inflated", `${image.inflatedSize} bytes`]);
  if (image.filesystemSize > 0) lines.push(["filesystem", `${image.filesystemSize} bytes`]);
  if (image.sha256 !== "") lines.push(["SHA-256", image.sha256]);
  if (image.signed) lines.push(["signature", "present, not judged here"]);
  return lines;
}

function bundleLines(bundle: NonNullable<ImageJudgement["bundle"]>): Line[] {
  const lines: Line[] = [
    ["name", `${bundle.name}@${bundle.version} (${bundleKinds[bundle.kind] ?? `kind ${bundle.kind}`})`],
    ["engine", engines[bundle.engine] ?? `number ${bundle.engine}`],
    ["code", `${bundle.payloadLength} bytes`],
  ];
  if (bundle.agentVersion !== "") lines.push(["needs agent", bundle.agentVersion]);
  if (bundle.safePins.length > 0)
    lines.push(["safe pins", bundle.safePins.map(({ pin, level }) => `${pin}=${level}`).join(" ")]);
  return lines;
}

function programLines({ program, hashChecked }: ImageJudgement): Line[] {
  if (program === undefined) return [];
  const { name, version, major, minor, patch, functions, code, safePins } = program;
  return [
    ["name", version === "" ? name : `${name}@${version}`],
    ["engine", `DeviceScript ${major}.${minor} or newer (built with ${major}.${minor}.${patch})`],
    ["code", `${code} bytes in ${functions} functions`],
    ["safe pins", safePins.length === 0 ? "none" : safePins.join(" ")],
    [
      "checksum",
      hashChecked ? "matches" : "none: the format has none, and sluice build did not seal this file",
    ],
  ];
}

function headerLines(header: EspHeader): Line[] {
  const size =
    header.chip === ChipId.Esp8266 ? esp8266FlashSize(header.sizeCode) : esp32FlashSize(header.sizeCode);
  const flash = [sizeName(size), flashModeName(header.mode), `${flashSpeed(header.speedCode)} MHz`];
  const lines: Line[] = [
    ["chip", chipName(header.chip) || `number ${header.chip}`],
    ["flash", flash.join(", ")],
    ["entry", `0x${header.entry.toString(16).padStart(8, "0")}`],
  ];
  if (header.minRevision > 0) lines.push(["chip revision", `${revisionText(header.minRevision)} or newer`]);
  return lines;
}
