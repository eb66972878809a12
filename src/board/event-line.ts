import type { BoardEvent } from "./events.js";

/** One line of the story: who, and what happened. */
export interface Line {
  readonly who: string;
  readonly what: string;
}

const cells = 24;

/** `[======      ] 3128 of 12499 bytes`. */
function bar(done: number, total: number): string {
  const full = total === 0 ? cells : Math.round((done / total) * cells);
  return `writing [${"=".repeat(full)}${" ".repeat(cells - full)}] ${done} of ${total} bytes`;
}

/** What an event of board, agent, bench or application means, in words; undefined for what nobody would miss. */
export function eventLine(event: BoardEvent): Line | undefined {
  const of = (member: string): string => String(event[member] ?? "");
  switch (event.event) {
    case "start":
      return { who: "board", what: `starts (${of("reason")}); every valve pin to its safe level first` };
    case "reset":
      return { who: "board", what: `reset (${of("reason")})` };
    case "hang":
      return { who: "board", what: "the firmware hangs; the watchdog bites" };
    case "dark":
      return { who: "board", what: "power lost" };
    case "abort":
      return { who: "chip", what: `the SDK aborts: ${of("text")}` };
    case "console":
      return { who: "console", what: of("text") };
    case "firmware":
      return { who: "chip", what: of("text") };
    case "boot":
      return {
        who: "loader",
        what: `starts agent ${of("agent")} and ${of("app")} from slot ${of("slot")}${of("why") && ` (${of("why")})`}`,
      };
    case "ready":
      return { who: "agent", what: `ready: ${of("app")} in slot ${of("slot")}, listening for updates` };
    case "named":
      return { who: "agent", what: `known on the network as ${of("name")}, ${of("address")}` };
    case "invitation":
      return { who: "agent", what: `invitation from ${of("from")}: an image of ${of("size")} bytes` };
    case "authenticated":
      return { who: "agent", what: "authenticated" };
    case "auth-failed":
      return { who: "agent", what: `wrong password from ${of("from")}` };
    case "safe-state":
      return { who: "agent", what: `making the equipment safe: ${of("text")}` };
    case "safe":
      return { who: "agent", what: "safe and verified: the first byte may be written" };
    case "progress":
      return { who: "flash", what: bar(Number(event["done"]), Number(event["total"])) };
    case "verified":
      return { who: "agent", what: `verified: ${of("image")}, MD5 ${of("md5")}, read back from flash` };
    case "committed":
      return { who: "agent", what: `committed: ${of("image")} runs from the next start on` };
    case "restart":
      return { who: "agent", what: `restarts the board (${of("why")})` };
    case "trial":
      return { who: "agent", what: `${of("app")} is on trial` };
    case "confirmed":
      return { who: "agent", what: `confirmed: ${of("app")} is reachable and well` };
    case "refused":
    case "error":
      return { who: "agent", what: `${event.event}: ${of("text")}` };
    case "pull":
      return { who: "agent", what: `asked the server: ${of("result")} ${of("text")}`.trim() };
    case "app-error":
      return { who: "app", what: `failed: ${of("text")}` };
    case "rolled-back":
      return { who: "agent", what: `gives up ${of("app")}: ${of("text")}` };
    case "safe-mode":
      return { who: "agent", what: `safe mode: ${of("text")}` };
    case "zone":
      return { who: "app", what: `zone ${of("zone")} ${of("state")}` };
    case "note":
      return { who: "app", what: of("text") };
    case "valve":
      return { who: of("name"), what: of("state") };
    case "pump":
      return { who: "pump", what: of("state") };
    case "fault":
      return { who: "network", what: of("text") };
    default:
      return undefined;
  }
}

/** `  3.2 s  valve 2   closing`. */
export function formatLine(milliseconds: number, line: Line): string {
  const seconds = (milliseconds / 1000).toFixed(1).padStart(6);
  return `${seconds} s  ${line.who.padEnd(8)} ${line.what}`;
}
