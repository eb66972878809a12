import type { Status } from "./facts.js";

/** What a chosen file is, as far as its first bytes show; the board judges all of it again. */
export interface Verdict {
  readonly kind: "app" | "firmware";
  /** The app's own, or "". */
  readonly name: string;
  /** For people. */
  readonly what: string;
  /** Why the board would refuse it, or "". */
  readonly refused: string;
}

const families: Record<number, string> = {
  1: "ESP8266",
  2: "ESP32",
  3: "ESP32-C3",
  4: "ESP32-S3",
  15: "Linux",
};
/** Chip ids of ESP-IDF's extended image header (esp_app_format.h). */
const chips: Record<number, string> = {
  0: "ESP32",
  2: "ESP32-S2",
  5: "ESP32-C3",
  9: "ESP32-S3",
  13: "ESP32-C6",
};

function text(bytes: Uint8Array, offset: number, size: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + size)).split("\0")[0];
}

export function kilobytes(bytes: number): string {
  return bytes < 10240 ? `${bytes} bytes` : `${Math.ceil(bytes / 1024)} KB`;
}

/** @param head the first 256 bytes, or all */
export function judge(head: Uint8Array, size: number, status: Status): Verdict {
  const big = kilobytes(size);
  const tooLong = (room: number) => (size > room ? `Too large: there is room for ${kilobytes(room)}.` : "");
  if (head.length >= 256 && text(head, 0, 4) === "SLUA") {
    const isAgent = head[5] === 2;
    const name = text(head, 56, 24);
    const what = `${name}@${text(head, 80, 24)}, ${isAgent ? "Sluice agent" : "app"}, ${big}`;
    const verdict = (refused: string): Verdict => ({ kind: "app", name, what, refused });
    if (head[6] !== 1) return verdict("This is for another engine than Espruino.");
    if (head[7] !== 0 && head[7] !== status.family)
      return verdict(`This is for ${families[head[7]] ?? "another chip"}, not for this board.`);
    return verdict(isAgent ? "" : tooLong(status.appSpace));
  }
  const verdict = (what: string, refused: string): Verdict => {
    return { kind: "firmware", name: "", what: `${what}, ${big}`, refused };
  };
  if (head[0] === 0xe9) {
    const chip = head[12] | (head[13] << 8);
    const what = `Firmware for ${chips[chip] ?? `chip ${chip}`}`;
    if (status.firmwareSpace === 0) return verdict(what, "This board takes no firmware over the air.");
    if (chip !== status.chipId) return verdict(what, `This board is ${status.board}.`);
    return verdict(what, tooLong(status.firmwareSpace));
  }
  if (head[0] === 0x1f && head[1] === 0x8b)
    return verdict("Packed image", "This board takes no packed images.");
  return verdict("Unknown file", "This is neither an app nor firmware.");
}
