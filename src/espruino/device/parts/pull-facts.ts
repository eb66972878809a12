import { appHeaderLength } from "../../../core/app-header.js";
import { asRead, flashMd5 } from "../../../core/firmware/read-back.js";
import type { Crypto } from "../../../core/ports.js";
import type { BoardFacts } from "../../../core/pull/board-facts.js";
import { textField, u32 } from "../../../core/read.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { storeFlash, storeOfBoard } from "../ports/engine-flash.js";
import type { PullParts } from "./pull-parts.js";

/** What lies in a slot: MD5 of the whole bundle, its size and version. */
export interface SlotFacts {
  readonly md5: string;
  readonly size: number;
  readonly version: string;
}

export const nothing: SlotFacts = { md5: "", size: 0, version: "" };

/** @param block the slot's first, @param blocks of it */
function slotFacts(crypto: Crypto, block: number, blocks: number): SlotFacts {
  const start = block * BOARD_BLOCK;
  const head = storeFlash.read(appHeaderLength, start);
  const size = appHeaderLength + u32(engineBytes, head, 12);
  if (size > blocks * BOARD_BLOCK) return nothing;
  const version = textField(engineBytes, head, 80, 24);
  return { md5: flashMd5(crypto, storeFlash, start, size, asRead), size: size, version: version };
}

export function appFacts(crypto: Crypto, slot: number): SlotFacts {
  return slot < 0 ? nothing : slotFacts(crypto, storeOfBoard.app[slot], storeOfBoard.appBlocks);
}

export function agentFacts(crypto: Crypto, slot: number): SlotFacts {
  return slotFacts(crypto, storeOfBoard.agent[slot], storeOfBoard.agentBlocks);
}

/** Twelve hex digits, whatever stands between them, as the original writes a MAC; "" when there are not so many. */
function macText(text: string): string {
  let digits = "";
  const upper = text.toUpperCase();
  for (let i = 0; i < upper.length && digits.length < 12; i++) {
    const char = upper.charAt(i);
    if ("0123456789ABCDEF".indexOf(char) >= 0) digits += char;
  }
  if (digits.length < 12) return "";
  let mac = "";
  for (let i = 0; i < 12; i += 2) mac += (i > 0 ? ":" : "") + digits.slice(i, i + 2);
  return mac;
}

/** Of the station; a program of the host has none, so that its serial number stands for one. */
function stationMac(): string {
  if (BOARD_CHIP === "linux") return macText(`02${process.env.SERIAL.slice(-12)}`) || "02:00:00:00:00:01";
  return macText(require("Wifi").getIP().mac || process.env.SERIAL);
}

/** The soft access point's: the station's, marked as locally administered. */
function apMac(mac: string): string {
  const first = parseInt(mac.slice(0, 2), 16) | 2;
  return `${first < 16 ? "0" : ""}${first.toString(16).toUpperCase()}${mac.slice(2)}`;
}

function roomFor(parts: PullParts, mode: string): number {
  if (mode === "app") return BOARD_APP_BLOCKS * BOARD_BLOCK;
  if (mode === "agent") return BOARD_AGENT_BLOCKS * BOARD_BLOCK;
  return parts.it.open().freeSpace(mode === "sketch" || mode === "version" ? 0 : 100);
}

/** All that the server is told. @param running what runs, of the kind that is asked for */
export function boardFacts(parts: PullParts, mode: string, running: SlotFacts): BoardFacts {
  const options = parts.state.options;
  const mac = options.mac === undefined ? stationMac() : options.mac;
  const isAgent = mode === "agent";
  const at = parts.it.boot.appName.indexOf("@");
  const bad = isAgent ? parts.it.boot.agentBad : parts.it.boot.appBad;
  return {
    family: options.family === undefined ? "sluice" : options.family,
    mode: mode,
    mac: mac,
    apMac: apMac(mac),
    chipId: `${parseInt(mac.slice(9, 11) + mac.slice(12, 14) + mac.slice(15, 17), 16)}`,
    freeSpace: roomFor(parts, mode),
    sketchSize: running.size,
    sketchMd5: running.md5,
    sketchSha256: "",
    chipSize: BOARD_FLASH,
    sdkVersion: process.env.VERSION,
    version: options.currentVersion === undefined ? running.version : options.currentVersion,
    app: isAgent ? "sluice-agent" : at < 0 ? "" : parts.it.boot.appName.slice(0, at),
    boardId: BOARD_ID,
    slot: parts.it.boot.app < 0 ? "-" : parts.it.boot.app === 0 ? "a" : "b",
    state: bad ? "rolled-back" : "",
    agent: SLUICE_VERSION,
  };
}
