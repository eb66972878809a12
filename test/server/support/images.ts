import { createHash } from "node:crypto";
import { judgeServed } from "../../../src/server/images/judge-served.js";
import type { ServedImage } from "../../../src/server/images/served-image.js";
import { buildArduino, buildBundle, buildEsp32, buildLittleFs, gzip } from "../../support/images.js";

export const doorBin = buildArduino(4000);
/** The same sketch built for a chip that is read in another way: flash mode QIO instead of DIO. */
export const doorGz = gzip(doorBin);
export const relayBin = buildEsp32({ project: "arduino-lib-builder", version: "esp-idf: v5.5" });
export const gardenApp = buildBundle({ name: "garden", version: "1.2.0" });
export const filesystem = buildLittleFs();

export function served(file: string, data: Uint8Array, modified = 0): ServedImage {
  const folder = file.includes("/") ? (file.split("/")[0] ?? "") : "stable";
  const image = judgeServed(file, folder, data, modified);
  if (!("md5" in image)) throw new Error(`${file}: ${image.text}`);
  return image;
}

export function md5(data: Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}

export function sha256(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
