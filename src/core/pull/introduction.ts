/** Which headers are sent: Sluice's own, or those of the two Arduino cores, for servers that know only them. */
export type PullFamily = "sluice" | "esp8266" | "esp32";

/** How a board identifies itself. Sizes in bytes, hashes in lower-case hex; "" and -1 where unknown. */
export interface BoardIdentity {
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

/** Left out when empty, as the original leaves out an empty version. */
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

/** As ESP8266httpUpdate.cpp and arduino-esp32's HTTPUpdate.cpp, in their order and casing. */
function originalLines(identity: BoardIdentity, is8266: boolean): string {
  const x = is8266 ? "x-ESP8266-" : "x-ESP32-";
  return (
    (is8266
      ? line(`${x}Chip-ID`, identity.chipId)
      : `Cache-Control: no-cache\r\n${line(`${x}BASE-MAC`, identity.mac)}`) +
    line(`${x}STA-MAC`, identity.mac) +
    line(`${x}AP-MAC`, identity.apMac) +
    number(`${x}free-space`, identity.freeSpace) +
    number(`${x}sketch-size`, identity.sketchSize) +
    line(`${x}sketch-md5`, identity.sketchMd5) +
    number(`${x}chip-size`, identity.chipSize) +
    line(`${x}sdk-version`, identity.sdkVersion) +
    line(`${x}mode`, identity.mode) +
    optional(`${x}version`, identity.version) +
    // The ESP8266's HTTP client sends the length with every GET.
    (is8266 ? "Content-Length: 0\r\n" : "")
  );
}

/** docs/server.md, "For clients of one's own". */
function sluiceLines(identity: BoardIdentity): string {
  return (
    line("x-Sluice-STA-MAC", identity.mac) +
    number("x-Sluice-free-space", identity.freeSpace) +
    number("x-Sluice-sketch-size", identity.sketchSize) +
    optional("x-Sluice-sketch-md5", identity.sketchMd5) +
    number("x-Sluice-chip-size", identity.chipSize) +
    optional("x-Sluice-sdk-version", identity.sdkVersion) +
    line("x-Sluice-mode", identity.mode) +
    optional("x-Sluice-app", identity.app) +
    optional("x-Sluice-version", identity.version) +
    optional("x-Sluice-board", identity.boardId) +
    optional("x-Sluice-slot", identity.slot) +
    optional("x-Sluice-state", identity.state)
  );
}

/** Header lines of all requests for an update, each with its end. */
export function linesOf(identity: BoardIdentity): string {
  const family = identity.family;
  return family === "sluice" ? sluiceLines(identity) : originalLines(identity, family === "esp8266");
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 (RFC 4648 §4) of binary text, one char a byte. */
export function toBase64(text: string): string {
  let coded = "";
  for (let i = 0; i < text.length; i += 3) {
    const left = text.length - i;
    const second = left > 1 ? text.charCodeAt(i + 1) : 0;
    const third = left > 2 ? text.charCodeAt(i + 2) : 0;
    const bits = (text.charCodeAt(i) << 16) | (second << 8) | third;
    coded += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    coded += left > 1 ? alphabet.charAt((bits >> 6) & 63) : "=";
    coded += left > 2 ? alphabet.charAt(bits & 63) : "=";
  }
  return coded;
}

/** The value of an Authorization header: the original's setAuthorization(user, password). "" when either is empty. */
export function basicAuthorization(user: string, password: string): string {
  return user.length === 0 || password.length === 0 ? "" : `Basic ${toBase64(`${user}:${password}`)}`;
}
