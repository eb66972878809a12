import type { BoardEvent } from "../board/events.js";
import { formatBytes } from "../host/describe-event.js";
import type { UploadEvent } from "../host/index.js";

/** One line of the story: who, and what happened. */
export interface Line {
  readonly who: string;
  readonly what: string;
}

/** The board's and the bench's events in words; undefined for what a reader would not miss. */
export function boardLine(event: BoardEvent): Line | undefined {
  const text = (name: string): string => String(event[name] ?? "");
  switch (event.event) {
    case "boot":
      return event["reason"] === undefined
        ? {
            who: "loader",
            what: `starts agent ${text("agent")} and ${text("app")} from slot ${text("slot")}`,
          }
        : { who: "board", what: `starts (${text("reason")}); every valve pin to its safe level first` };
    case "ready":
      return { who: "agent", what: `ready: ${text("app")} in slot ${text("slot")}, listening for updates` };
    case "zone":
      return { who: "garden", what: `zone ${text("zone")} ${text("state") || text("text")}`.trim() };
    case "note":
      return { who: "garden", what: text("text") };
    case "valve":
      return { who: text("name"), what: text("state") };
    case "pump":
      return { who: "pump", what: text("state") };
    case "invitation":
      return { who: "agent", what: `invitation: an image of ${formatBytes(Number(event["size"]))}` };
    case "authenticated":
      return { who: "agent", what: "authenticated" };
    case "safe-state":
      return { who: "agent", what: `making the garden safe: ${text("text")}` };
    case "safe":
      return { who: "agent", what: "safe: every valve verified closed, the first byte may be written" };
    case "progress":
      return { who: "flash", what: bar(Number(event["done"]), Number(event["total"])) };
    case "verified":
      return { who: "agent", what: `verified: ${text("image")}, MD5 ${text("md5")}, read back from flash` };
    case "committed":
      return {
        who: "agent",
        what: `committed: one byte in the boot journal makes ${text("image")} run next`,
      };
    case "restart":
      return { who: "board", what: "restarts" };
    case "trial":
      return { who: "agent", what: `${text("app")} is on trial` };
    case "confirmed":
      return { who: "agent", what: `confirmed: ${text("app")} is reachable and well` };
    case "refused":
    case "error":
    case "app-error":
    case "rolled-back":
    case "safe-mode":
      return { who: "agent", what: `${event.event}: ${text("text")}` };
    default:
      return undefined;
  }
}

/** What only the uploader sees. */
export function uploadLine(event: UploadEvent): Line | undefined {
  switch (event.event) {
    case "auth-asked":
      return { who: "upload", what: "the board asks for the password; a challenge goes back and forth" };
    case "waiting":
      return { who: "upload", what: "the board says OK" };
    case "result":
      return {
        who: "upload",
        what: `the board says OK, after ${(event.milliseconds / 1000).toFixed(1)} s in all`,
      };
    case "failed":
      return { who: "upload", what: `failed: ${event.text}` };
    default:
      return undefined;
  }
}

const cells = 24;

function bar(done: number, total: number): string {
  const full = total === 0 ? cells : Math.round((done / total) * cells);
  return `writing [${"=".repeat(full)}${" ".repeat(cells - full)}] ${done} of ${total} bytes`;
}

/** `  3.2 s  valve 2   closing`. */
export function formatLine(milliseconds: number, line: Line): string {
  const seconds = (milliseconds / 1000).toFixed(1).padStart(5);
  return `${seconds} s  ${line.who.padEnd(8)} ${line.what}`;
}
