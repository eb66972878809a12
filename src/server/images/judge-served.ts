import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { BundleKind, Engine } from "../../core/bundle/header.js";
import { ChipId } from "../../core/image/chips.js";
import type { ImageJudgement } from "../../core/image/judgement.js";
import { anyTarget } from "../../core/image/source.js";
import { judgeBytes } from "../../image/judge-file.js";
import { plainName } from "../wire/names.js";
import { type NameParts, namePartsOf } from "./file-name.js";
import type { ImageTargetName, RefusedFile, ServedImage } from "./served-image.js";

/** Flash modes QIO, QOUT, DIO, DOUT: the updater of a board writes its own over byte 2 of the image. */
const flashModes = [0, 1, 2, 3];

/**
 * Judges a file of the folder, with the checks of `sluice image` and the boards.
 * @param file path inside the folder, with "/"
 * @param modified ms since 1970
 * @param named product and version of its side file
 */
export function judgeServed(
  file: string,
  channel: string,
  data: Uint8Array,
  modified: number,
  named?: NameParts,
): ServedImage | RefusedFile {
  const judged = judgeBytes(data, anyTarget);
  const image = judged.inner ?? judged.outer;
  if (judged.fault !== undefined) return { file, code: judged.fault.code, text: judged.fault.text };
  const target = targetOf(image);
  if (target === undefined)
    return { file, code: "WRONG_KIND", text: `a ${image.kind} image goes to no board by itself` };
  const parts = partsOf(file, image, named);
  if (!plainName.test(parts.product))
    return { file, code: "BAD_IMAGE_NAME", text: `the product's name ${JSON.stringify(parts.product)}` };
  const gzip = judged.inner !== undefined;
  return {
    file,
    channel,
    target,
    ...parts,
    kind: image.kind,
    gzip,
    chip: image.header?.chip ?? ChipId.Any,
    engine: image.kind === "devicescript" ? Engine.DeviceScript : (image.bundle?.engine ?? 0),
    family: image.bundle?.family ?? 0,
    size: data.length,
    inflatedSize: gzip ? image.size : data.length,
    md5: hash("md5", data),
    sha256: hash("sha256", data),
    runningMd5s: target === "firmware" ? runningMd5s(data, gzip, image) : [hash("md5", data)],
    modified,
  };
}

function targetOf(image: ImageJudgement): ImageTargetName | undefined {
  switch (image.kind) {
    case "devicescript":
      return "app";
    case "app":
      return image.bundle?.kind === BundleKind.Agent ? "agent" : "app";
    case "arduino":
    case "esp32":
      return "firmware";
    case "littlefs":
    case "spiffs":
    case "fat":
      return "filesystem";
    default:
      return undefined;
  }
}

/** Bundles carry name and version; firmware is named by its file, because all Arduino builds have the same project name. */
function partsOf(file: string, image: ImageJudgement, named: NameParts | undefined): NameParts {
  if (image.bundle !== undefined) return { product: image.bundle.name, version: image.bundle.version };
  if (image.program?.name) return { product: image.program.name, version: image.program.version };
  if (named !== undefined) return named;
  const parts = namePartsOf(file);
  const { descriptor } = image;
  if (parts.version !== "" || descriptor === undefined || descriptor.project.startsWith("arduino"))
    return parts;
  return { product: descriptor.project || parts.product, version: descriptor.version };
}

/**
 * `ESP.getSketchMD5()` hashes the flash up to the end of the image proper: inflated, without signature and padding,
 * and with the board's own flash mode in byte 2 (Updater.cpp). All of these are the same image.
 */
function runningMd5s(data: Uint8Array, gzip: boolean, image: ImageJudgement): string[] {
  const plain = new Uint8Array(gzip ? gunzipSync(data, { maxOutputLength: image.size }) : data);
  const seen = new Set<string>();
  for (const length of new Set([image.imageLength || plain.length, plain.length])) {
    const running = plain.slice(0, length);
    seen.add(hash("md5", running));
    for (const mode of flashModes) {
      running[2] = mode;
      seen.add(hash("md5", running));
    }
  }
  return [...seen];
}

function hash(name: "md5" | "sha256", data: Uint8Array): string {
  return createHash(name).update(data).digest("hex");
}
