import { normaliseMac } from "./names.js";

/** Header lines of a request, found without regard to case. Built of Node's rawHeaders: name, value, name, value … */
export class HeaderBag {
  private readonly values = new Map<string, string[]>();

  constructor(raw: readonly string[]) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = (raw[i] ?? "").toLowerCase();
      const value = (raw[i + 1] ?? "").trim();
      const seen = this.values.get(name);
      if (seen === undefined) this.values.set(name, [value]);
      else seen.push(value);
    }
  }

  /** The first value; undefined when the header is absent. */
  get(name: string): string | undefined {
    return this.values.get(name.toLowerCase())?.[0];
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  /** A header that decides something must not come twice: two readers could each believe another one. */
  repeated(name: string): boolean {
    return (this.values.get(name.toLowerCase())?.length ?? 0) > 1;
  }
}

/** Whose client asks: the original ones of the two Arduino cores, or Sluice's own. */
export type Family = "esp8266" | "esp32" | "sluice";

/** What a board says of itself. Sizes in bytes, hashes in lower-case hex; undefined where it did not say. */
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
  | { readonly kind: "stranger"; readonly userAgent: string }
  | { readonly kind: "incomplete"; readonly missing: string }
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
const originalHeaders = [
  "STA-MAC",
  "AP-MAC",
  "free-space",
  "sketch-size",
  "sketch-md5",
  "chip-size",
  "sdk-version",
];
const required: Readonly<Record<Family, readonly string[]>> = {
  esp8266: originalHeaders,
  esp32: originalHeaders,
  sluice: ["STA-MAC", "free-space"],
};

export function familyOf(userAgent: string): Family | undefined {
  return agents.find(([pattern]) => pattern.test(userAgent))?.[1];
}

/** Reads what a board says of itself. Nothing of it is trusted: it is text of a sane length, or it is refused. */
export function readBoardRequest(rawHeaders: readonly string[]): Reading {
  const headers = new HeaderBag(rawHeaders);
  const userAgent = headers.get("User-Agent") ?? "";
  const family = headers.repeated("User-Agent") ? undefined : familyOf(userAgent);
  if (family === undefined) return { kind: "stranger", userAgent };
  const prefix = prefixes[family].find((one) => headers.has(`${one}STA-MAC`)) ?? prefixes[family][0] ?? "";
  const missing = required[family].find((name) => !headers.has(prefix + name));
  if (missing !== undefined) return { kind: "incomplete", missing: prefix + missing };
  return new FieldReader(headers, prefix).read(family);
}

/** Takes the fields one by one and remembers the first that is wrong. */
class FieldReader {
  private wrong: string | undefined;

  constructor(
    private readonly headers: HeaderBag,
    private readonly prefix: string,
  ) {}

  read(family: Family): Reading {
    const request: BoardRequest = {
      family,
      mac: normaliseMac(this.text("STA-MAC") ?? "") ?? this.refuse("STA-MAC"),
      mode: (this.text("mode") ?? (family === "sluice" ? "app" : "sketch")).toLowerCase(),
      freeSpace: this.number("free-space"),
      sketchSize: this.number("sketch-size"),
      sketchMd5: this.hash("sketch-md5"),
      chipSize: this.number("chip-size"),
      sdkVersion: this.text("sdk-version"),
      version: this.text("version"),
      app: this.text("app"),
      board: this.text("board"),
      slot: this.text("slot"),
      state: this.text("state"),
    };
    if (this.wrong !== undefined) return { kind: "malformed", text: `bad header ${this.wrong}` };
    return { kind: "board", request };
  }

  private refuse(name: string): string {
    this.wrong ??= this.prefix + name;
    return "";
  }

  /** Printable ASCII, 100 characters at most; an empty header is as good as none. */
  private text(name: string): string | undefined {
    const value = this.headers.get(this.prefix + name);
    if (this.headers.repeated(this.prefix + name)) this.refuse(name);
    if (value === undefined || value === "") return undefined;
    if (/^[\x20-\x7e]{1,100}$/.test(value)) return value;
    this.refuse(name);
    return undefined;
  }

  private number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^\d{1,10}$/.test(value)) return Number(value);
    this.refuse(name);
    return undefined;
  }

  private hash(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^[0-9a-f]{32}$/i.test(value)) return value.toLowerCase();
    this.refuse(name);
    return undefined;
  }
}
