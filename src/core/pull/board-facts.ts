/** Whose headers are spoken: Sluice's own, or those of the two Arduino cores, for servers that know only them. */
export type PullFamily = "sluice" | "esp8266" | "esp32";

/** What a board says of itself. Sizes in bytes, hashes in lower-case hex; "" and -1 where it does not say. */
export interface BoardFacts {
  readonly family: PullFamily;
  /** sketch, spiffs, version, … of the original; app and agent of ours. */
  readonly mode: string;
  /** Of the station interface, "18:FE:AA:0B:0C:0D". */
  readonly mac: string;
  readonly apMac: string;
  /** ESP8266's, decimal. */
  readonly chipId: string;
  readonly freeSpace: number;
  readonly sketchSize: number;
  readonly sketchMd5: string;
  readonly sketchSha256: string;
  readonly chipSize: number;
  readonly sdkVersion: string;
  /** Of what runs. */
  readonly version: string;
  /** Name of the application that runs. */
  readonly app: string;
  /** Id of the board, as in boards/. */
  readonly boardId: string;
  readonly slot: string;
  /** "rolled-back", or "". */
  readonly state: string;
}

/** Longest value that a server has to take, characters. */
const longestValue = 100;

/** Nothing of a value may end its line, nor reach beyond ASCII. */
export function headerValue(text: string): string {
  let value = "";
  const length = text.length < longestValue ? text.length : longestValue;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    value += code < 32 || code > 126 ? "?" : text.charAt(i);
  }
  return value;
}

function line(name: string, value: string): string {
  return `${name}: ${headerValue(value)}\r\n`;
}

/** Left out where there is nothing to say, as the original leaves out an empty version. */
function optional(name: string, value: string): string {
  return value.length === 0 ? "" : line(name, value);
}

function number(name: string, value: number): string {
  return value < 0 ? "" : `${name}: ${value}\r\n`;
}

export function userAgentOf(family: PullFamily, agent: string): string {
  if (family === "esp8266") return "ESP8266-http-Update";
  return family === "esp32" ? "ESP32-http-Update" : `Sluice-http-Update/${headerValue(agent)}`;
}

/** ESP8266httpUpdate.cpp, in its order and casing. */
function esp8266Lines(facts: BoardFacts): string {
  return (
    line("x-ESP8266-Chip-ID", facts.chipId) +
    line("x-ESP8266-STA-MAC", facts.mac) +
    line("x-ESP8266-AP-MAC", facts.apMac) +
    number("x-ESP8266-free-space", facts.freeSpace) +
    number("x-ESP8266-sketch-size", facts.sketchSize) +
    line("x-ESP8266-sketch-md5", facts.sketchMd5) +
    number("x-ESP8266-chip-size", facts.chipSize) +
    line("x-ESP8266-sdk-version", facts.sdkVersion) +
    line("x-ESP8266-mode", facts.mode) +
    optional("x-ESP8266-version", facts.version)
  );
}

/** HTTPUpdate.cpp of arduino-esp32; its SHA-256 is in upper case. */
function esp32Lines(facts: BoardFacts): string {
  return (
    `Cache-Control: no-cache\r\n` +
    line("x-ESP32-BASE-MAC", facts.mac) +
    line("x-ESP32-STA-MAC", facts.mac) +
    line("x-ESP32-AP-MAC", facts.apMac) +
    number("x-ESP32-free-space", facts.freeSpace) +
    number("x-ESP32-sketch-size", facts.sketchSize) +
    line("x-ESP32-sketch-md5", facts.sketchMd5) +
    optional("x-ESP32-sketch-sha256", facts.sketchSha256.toUpperCase()) +
    number("x-ESP32-chip-size", facts.chipSize) +
    line("x-ESP32-sdk-version", facts.sdkVersion) +
    line("x-ESP32-mode", facts.mode) +
    optional("x-ESP32-version", facts.version)
  );
}

/** docs/server.md, "For clients of one's own". */
function sluiceLines(facts: BoardFacts): string {
  return (
    line("x-Sluice-STA-MAC", facts.mac) +
    number("x-Sluice-free-space", facts.freeSpace) +
    number("x-Sluice-sketch-size", facts.sketchSize) +
    optional("x-Sluice-sketch-md5", facts.sketchMd5) +
    number("x-Sluice-chip-size", facts.chipSize) +
    optional("x-Sluice-sdk-version", facts.sdkVersion) +
    line("x-Sluice-mode", facts.mode) +
    optional("x-Sluice-app", facts.app) +
    optional("x-Sluice-version", facts.version) +
    optional("x-Sluice-board", facts.boardId) +
    optional("x-Sluice-slot", facts.slot) +
    optional("x-Sluice-state", facts.state)
  );
}

/** The board's words for all requests for an update: header lines, each with its end. */
export function linesOf(facts: BoardFacts): string {
  // The original's HTTP client of the ESP8266 says the length with every GET.
  if (facts.family === "esp8266") return `${esp8266Lines(facts)}Content-Length: 0\r\n`;
  return facts.family === "esp32" ? esp32Lines(facts) : sluiceLines(facts);
}
