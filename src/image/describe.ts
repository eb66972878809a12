import {
  ChipId,
  chipName,
  esp32FlashSize,
  esp8266FlashSize,
  flashModeName,
  flashSpeed,
  sizeName,
} from "../core/image/chips.js";
import { type EspHeader, revisionText } from "../core/image/esp-header.js";
import type { ImageJudgement, ImageKind } from "../core/image/judgement.js";
import type { FileJudgement } from "./judge-file.js";

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

/** What an image is, as pairs of a label and its value, in reading order. */
export function describeImage(judged: FileJudgement): [string, string][] {
  const outer = describeOne(judged.outer);
  if (judged.inner === undefined) return outer;
  return [
    ...outer,
    ...describeOne(judged.inner).map(([label, value]): [string, string] => [`  ${label}`, value]),
  ];
}

function describeOne(image: ImageJudgement): [string, string][] {
  const lines: [string, string][] = [
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

function bundleLines(bundle: NonNullable<ImageJudgement["bundle"]>): [string, string][] {
  const lines: [string, string][] = [
    ["name", `${bundle.name}@${bundle.version} (${bundleKinds[bundle.kind] ?? `kind ${bundle.kind}`})`],
    ["engine", engines[bundle.engine] ?? `number ${bundle.engine}`],
    ["code", `${bundle.payloadLength} bytes`],
  ];
  if (bundle.agentVersion !== "") lines.push(["needs agent", bundle.agentVersion]);
  if (bundle.safePins.length > 0)
    lines.push(["safe pins", bundle.safePins.map(({ pin, level }) => `${pin}=${level}`).join(" ")]);
  return lines;
}

function programLines({ program, hashChecked }: ImageJudgement): [string, string][] {
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

function headerLines(header: EspHeader): [string, string][] {
  const size =
    header.chip === ChipId.Esp8266 ? esp8266FlashSize(header.sizeCode) : esp32FlashSize(header.sizeCode);
  const flash = [sizeName(size), flashModeName(header.mode), `${flashSpeed(header.speedCode)} MHz`];
  const lines: [string, string][] = [
    ["chip", chipName(header.chip) || `number ${header.chip}`],
    ["flash", flash.join(", ")],
    ["entry", `0x${header.entry.toString(16).padStart(8, "0")}`],
  ];
  if (header.minRevision > 0) lines.push(["chip revision", `${revisionText(header.minRevision)} or newer`]);
  return lines;
}
