import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A name, its type in the engine ("int", "pin", "JsVar", …) and whether a caller may leave it out. */
export interface ApiParameter {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
}

/** One thing that the engine's API has, as its description in the source names it. */
export interface ApiEntry {
  readonly kind:
    | "class"
    | "library"
    | "constructor"
    | "method"
    | "staticmethod"
    | "property"
    | "staticproperty"
    | "function"
    | "variable"
    | "object"
    | "event";
  /** The class or library that it belongs to; absent for a global. */
  readonly owner: string | undefined;
  readonly name: string;
  readonly parameters: readonly ApiParameter[];
  /** The engine's type of the result; absent for none. */
  readonly returns: string | undefined;
}

/** The sources of the ESP32 builds that describe what JavaScript sees (Espruino's Makefile, WRAPPERSOURCES). */
const sources = [
  ...["array", "arraybuffer", "dataview", "date", "error", "functions", "json", "number", "object", "regexp"],
  ...[
    "timer",
    "string",
    "modules",
    "math",
    "espruino",
    "flash",
    "interactive",
    "io",
    "pin",
    "pipe",
    "process",
  ],
  ...["onewire", "promise", "serial", "storage", "spi_i2c", "stepper", "stream", "waveform"],
].map((name) => `src/jswrap_${name}.c`);
sources.push(
  "libs/compression/jswrap_heatshrink.c",
  "libs/filesystem/jswrap_fs.c",
  "libs/filesystem/jswrap_file.c",
  "libs/graphics/jswrap_graphics.c",
  "libs/network/jswrap_net.c",
  "libs/network/http/jswrap_http.c",
  "libs/network/jswrap_wifi.c",
  "libs/network/telnet/jswrap_telnet.c",
  "libs/crypto/jswrap_crypto.c",
  "libs/neopixel/jswrap_neopixel.c",
  "libs/bluetooth/jswrap_bluetooth.c",
  "targets/esp32/jswrap_esp32.c",
);

/** What the ESP32 builds define (boards/ESP32*.py and the Makefile's switches for their libraries). */
const defined = new Set([
  ...["ESP32", "ESP_PLATFORM", "RELEASE", "BLUETOOTH", "USE_NET", "USE_FILESYSTEM", "USE_GRAPHICS"],
  ...[
    "USE_CRYPTO",
    "USE_SHA256",
    "USE_SHA512",
    "USE_TLS",
    "USE_AES",
    "USE_TELNET",
    "USE_NEOPIXEL",
    "USE_HEATSHRINK",
  ],
]);

/** Serial ports of the chip with the most; the pages of the boards name those that a board has. */
const numbers: Record<string, number> = { ESPR_USART_COUNT: 3, ESPR_SPI_COUNT: 2, ESPR_I2C_COUNT: 2 };

interface Description {
  readonly type: string;
  readonly class?: string;
  readonly name?: string;
  readonly params?: readonly (readonly [string, string, (string | readonly string[])?])[];
  readonly return?: readonly [string, (string | readonly string[])?];
  readonly return_object?: string;
  readonly instanceof?: string;
  readonly ifdef?: string;
  readonly ifndef?: string;
  readonly "#if"?: string;
}

/** Reads the API of the ESP32 builds from a checkout of Espruino: the JSON comments before its functions. */
export function readApi(checkout: string): ApiEntry[] {
  return sources.flatMap((file) => describedIn(readFileSync(join(checkout, file), "utf8"), file));
}

function describedIn(source: string, file: string): ApiEntry[] {
  const entries: ApiEntry[] = [];
  for (const [, comment] of source.matchAll(/\/\*JSON(\{[\s\S]*?)\*\//g)) {
    const description = parse(comment ?? "", file);
    if (isOnEsp32(description) && isApi(description)) entries.push(entryOf(description));
  }
  return entries;
}

/** The JSON ends at the first brace on its own that closes it; prose follows. */
function parse(comment: string, file: string): Description {
  for (let end = comment.indexOf("}"); end >= 0; end = comment.indexOf("}", end + 1)) {
    try {
      return JSON.parse(comment.slice(0, end + 1)) as Description;
    } catch {
      // A brace within the JSON: the next one.
    }
  }
  throw new Error(`${file}: a description that is not JSON: ${comment.slice(0, 80)}`);
}

const apiKinds = new Set([
  ...["class", "library", "constructor", "method", "staticmethod", "property", "staticproperty"],
  ...["function", "variable", "object", "event"],
]);
const isApi = (description: Description): boolean => apiKinds.has(description.type);

function isOnEsp32(description: Description): boolean {
  if (description.ifdef !== undefined && !defined.has(description.ifdef)) return false;
  if (description.ifndef !== undefined && defined.has(description.ifndef)) return false;
  return description["#if"] === undefined || holds(description["#if"]);
}

/** A C condition of `defined(X)`, `NAME>=n`, `!`, `&&`, `||` and brackets. */
function holds(condition: string): boolean {
  const js = condition
    .replace(/defined\s*\(\s*(\w+)\s*\)/g, (_, name: string) => String(defined.has(name)))
    .replace(/\b[A-Z]\w+\b/g, (name) => String(numbers[name] ?? 0));
  if (!/^[\w\s!&|()<>=]*$/.test(js)) throw new Error(`a condition that is not understood: ${condition}`);
  return Boolean(new Function(`return ${js}`)());
}

const textOf = (text: string | readonly string[] | undefined): string =>
  text === undefined ? "" : typeof text === "string" ? text : text.join(" ");

function entryOf(description: Description): ApiEntry {
  const isOwner = description.type === "class" || description.type === "library";
  return {
    kind: description.type as ApiEntry["kind"],
    owner: isOwner ? undefined : description.class,
    name: (isOwner ? description.class : description.name) ?? "",
    parameters: (description.params ?? []).map(([name, type, text]) => ({
      name,
      type,
      optional: /\boptional\b/i.test(textOf(text)),
    })),
    returns: description.instanceof ?? description.return_object ?? description.return?.[0],
  };
}
