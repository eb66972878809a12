import { basicAuthorization, headerValue, linesOf, userAgentOf } from "../../../core/pull/introduction.js";
import { reportBody, reportLines } from "../../../core/pull/request.js";
import type { Part, PartTypes } from "../resident/resident.js";
import { appSlot, modeOf } from "./pull-settings.js";

/** Twelve hex digits, whatever stands between them, as the original writes a MAC; "" when there are not so many. */
function macText(text: string): string {
  let mac = "";
  let digits = 0;
  const upper = text.toUpperCase();
  for (let i = 0; i < upper.length && digits < 12; i++) {
    const char = upper.charAt(i);
    if ("0123456789ABCDEF".indexOf(char) < 0) continue;
    mac += digits > 0 && digits % 2 === 0 ? `:${char}` : char;
    digits++;
  }
  return digits < 12 ? "" : mac;
}

/** Of the station; a program of the host has none, so that its serial number stands for one. */
function stationMac(): string {
  if (BOARD_CHIP === "linux") return macText(`02${process.env.SERIAL.slice(-12)}`) || "02:00:00:00:00:01";
  return macText(require("Wifi").getIP().mac || process.env.SERIAL);
}

/** Bytes of the largest image. The update itself knows better, but would take the room of the poll twice over. */
function roomFor(mode: string): number {
  if (mode === "app") return BOARD_APP_BLOCKS * BOARD_BLOCK;
  if (mode === "agent") return BOARD_AGENT_BLOCKS * BOARD_BLOCK;
  if (mode !== "sketch" && mode !== "version") return 0;
  if (BOARD_OTADATA !== 0) return BOARD_OTA_0_SIZE;
  const blocks = BOARD_AGENT_BLOCKS > BOARD_APP_BLOCKS ? BOARD_AGENT_BLOCKS : BOARD_APP_BLOCKS;
  return blocks * BOARD_BLOCK;
}

/** What the server receives with all requests, or with a report. */
export const pullFacts: PartTypes[Part.PullFacts] = (it, options, running, report) => {
  const family = options.family === undefined ? "sluice" : options.family;
  const mode = modeOf(options);
  const mac = options.mac === undefined ? stationMac() : options.mac;
  const body = report === undefined ? "" : reportBody(mac, report);
  const slot = appSlot(it.boot);
  // The soft access point's: the station's, marked as locally administered.
  const first = parseInt(mac.slice(0, 2), 16) | 2;
  return {
    userAgent: userAgentOf(family, SLUICE_VERSION),
    authorization:
      options.token !== undefined
        ? `Bearer ${headerValue(options.token)}`
        : basicAuthorization(options.user || "", options.password || ""),
    body: body,
    lines:
      report !== undefined
        ? reportLines(body)
        : linesOf({
            family: family,
            mode: mode,
            mac: mac,
            apMac: `${first < 16 ? "0" : ""}${first.toString(16).toUpperCase()}${mac.slice(2)}`,
            chipId: `${parseInt(mac.slice(9, 11) + mac.slice(12, 14) + mac.slice(15, 17), 16)}`,
            freeSpace: roomFor(mode),
            sketchSize: running.size,
            sketchMd5: running.md5,
            chipSize: BOARD_FLASH,
            sdkVersion: process.env.VERSION,
            version: options.currentVersion === undefined ? running.version : options.currentVersion,
            app: options.product === undefined ? running.name : options.product,
            boardId: BOARD_ID,
            slot: slot < 0 ? "-" : slot === 0 ? "a" : "b",
            state: (mode === "agent" ? it.boot.agentBad : it.boot.appBad) ? "rolled-back" : "",
          }),
  };
};
