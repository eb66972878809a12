import { normaliseMac } from "./names.js";

/** The client: those of the two Arduino cores, or Sluice's own. */
export type Family = "esp8266" | "esp32" | "sluice";

/** What a board reports in its headers. Sizes in bytes, hashes in lower-case hex; undefined where the header is missing. */
export interface BoardRequest {
  readonly family: Family;
  readonly mac: string;
  /** sketch, version, spiffs, littlefs, fatfs, flashfs; app, agent of ours. As sent, in lower case. */
  readonly mode: string;
  readonly freeSpace: number | undefined;
  readonly sketchSize: number | undefined;
  readonly sketchMd5: string | undefined;
  readonly chipSize: number | undefined;
  readonly sdkVersion: string | undefined;
  readonly version: string | undefined;
  /** Ours: name of the application that runs. */
  readonly app: string | undefined;
  /** Ours: id of the board, as in boards/. */
  readonly board: string | undefined;
  /** Ours: slot that runs. */
  readonly slot: string | undefined;
  /** Ours: why it runs what it runs, e.g. `rolled-back`. */
  readonly state: string | undefined;
}

export type Reading =
  | { readonly kind: "board"; readonly request: BoardRequest }
  | { readonly kind: "stranger" | "incomplete" }
  | { readonly kind: "malformed"; readonly text: string };

const agents: readonly (readonly [RegExp, Family])[] = [
  [/^ESP8266-http-Update$/i, "esp8266"],
  [/^ESP32-http-Update$/i, "esp32"],
  [/^Sluice-http-Update(?:\/[\w.+-]{1,32})?$/i, "sluice"],
];

const prefixes: Readonly<Record<Family, readonly string[]>> = {
  esp8266: ["x-ESP8266-"],
  esp32: ["x-ESP32-"],
  sluice: ["x-Sluice-", "x-ESP32-", "x-ESP8266-"],
};

/** The seed's script wants these seven of an original client. */
const originalHeaders = "STA-MAC AP-MAC free-space sketch-size sketch-md5 chip-size sdk-version".split(" ");

export function familyOf(userAgent: string): Family | undefined {
  return agents.find(([pattern]) => pattern.test(userAgent))?.[1];
}

/**
 * Reads the headers of a board's request. Values that are too long or malformed are refused.
 * @param rawHeaders Node's: name, value, name, value …
 */
export function readBoardRequest(rawHeaders: readonly string[]): Reading {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? "").toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), (rawHeaders[i + 1] ?? "").trim()]);
  }
  const valuesOf = (name: string): readonly string[] => headers.get(name.toLowerCase()) ?? [];
  const [userAgent = "", ...others] = valuesOf("User-Agent");
  const family = others.length > 0 ? undefined : familyOf(userAgent);
  if (family === undefined) return { kind: "stranger" };
  const has = (name: string): boolean => valuesOf(name).length > 0;
  const prefix = prefixes[family].find((one) => has(`${one}STA-MAC`)) ?? prefixes[family][0] ?? "";
  const required = family === "sluice" ? ["STA-MAC", "free-space"] : originalHeaders;
  if (!required.every((name) => has(prefix + name))) return { kind: "incomplete" };

  let wrong: string | undefined;
  const refuse = (name: string): undefined => {
    wrong ??= prefix + name;
  };
  /** Printable ASCII, 100 characters at most; an empty header is as good as none, and two are one too many. */
  const text = (name: string, pattern = /^[\x20-\x7e]{1,100}$/): string | undefined => {
    const [value = "", ...more] = valuesOf(prefix + name);
    if (more.length > 0) refuse(name);
    if (value === "") return undefined;
    return pattern.test(value) ? value : refuse(name);
  };
  const number = (name: string): number | undefined => {
    const digits = text(name, /^\d{1,10}$/);
    return digits === undefined ? undefined : Number(digits);
  };
  const request: BoardRequest = {
    family,
    mac: normaliseMac(text("STA-MAC") ?? "") ?? refuse("STA-MAC") ?? "",
    mode: (text("mode") ?? (family === "sluice" ? "app" : "sketch")).toLowerCase(),
    freeSpace: number("free-space"),
    sketchSize: number("sketch-size"),
    sketchMd5: text("sketch-md5", /^[0-9a-f]{32}$/i)?.toLowerCase(),
    chipSize: number("chip-size"),
    sdkVersion: text("sdk-version"),
    version: text("version"),
    app: text("app"),
    board: text("board"),
    slot: text("slot"),
    state: text("state"),
  };
  return wrong === undefined
    ? { kind: "board", request }
    : { kind: "malformed", text: `bad header ${wrong}` };
}
