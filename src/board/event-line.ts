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

type Words = (of: (member: string) => string) => string;

/** Who reports each event, and in which words. Events of no interest to a reader are not in the table. */
const lines: Readonly<Record<string, readonly [who: string, words: Words]>> = {
  start: ["board", (of) => `starts (${of("reason")}); every valve pin to its safe level first`],
  reset: ["board", (of) => `reset (${of("reason")})`],
  hang: ["board", () => "the firmware hangs; the watchdog bites"],
  dark: ["board", () => "power lost"],
  abort: ["chip", (of) => `the SDK aborts: ${of("text")}`],
  console: ["console", (of) => of("text")],
  firmware: ["chip", (of) => of("text")],
  boot: [
    "loader",
    (of) =>
      `starts agent ${of("agent")} and ${of("app")} from slot ${of("slot")}${of("why") && ` (${of("why")})`}`,
  ],
  ready: ["agent", (of) => `ready: ${of("app")} in slot ${of("slot")}, listening for updates`],
  named: ["agent", (of) => `known on the network as ${of("name")}, ${of("address")}`],
  invitation: ["agent", (of) => `invitation from ${of("from")}: an image of ${of("size")} bytes`],
  authenticated: ["agent", () => "authenticated"],
  "auth-failed": ["agent", (of) => `wrong password from ${of("from")}`],
  "safe-state": ["agent", (of) => `making the equipment safe: ${of("text")}`],
  safe: ["agent", () => "safe and verified: the first byte may be written"],
  progress: ["flash", (of) => bar(Number(of("done")), Number(of("total")))],
  verified: ["agent", (of) => `verified: ${of("image")}, MD5 ${of("md5")}, read back from flash`],
  committed: ["agent", (of) => `committed: ${of("image")} runs from the next start on`],
  restart: ["agent", (of) => `restarts the board (${of("why")})`],
  trial: ["agent", (of) => `${of("app")} is on trial`],
  confirmed: ["agent", (of) => `confirmed: ${of("app")} is reachable and well`],
  refused: ["agent", (of) => `refused: ${of("text")}`],
  error: ["agent", (of) => `error: ${of("text")}`],
  pull: ["agent", (of) => `asked the server: ${of("result")} ${of("text")}`.trim()],
  "app-error": ["app", (of) => `failed: ${of("text")}`],
  "rolled-back": ["agent", (of) => `gives up ${of("app")}: ${of("text")}`],
  "safe-mode": ["agent", (of) => `safe mode: ${of("text")}`],
  zone: ["app", (of) => `zone ${of("zone")} ${of("state")}`],
  note: ["app", (of) => of("text")],
  pump: ["pump", (of) => of("state")],
  fault: ["network", (of) => of("text")],
};

/** What an event of board, agent, bench or application means, in words; undefined for events of no interest to a reader. */
export function eventLine(event: BoardEvent): Line | undefined {
  const of = (member: string): string => String(event[member] ?? "");
  if (event.event === "valve") return { who: of("name"), what: of("state") };
  if (!Object.hasOwn(lines, event.event)) return undefined;
  const [who, words] = lines[event.event];
  return { who, what: words(of) };
}

/** `  3.2 s  valve 2   closing`. */
export function formatLine(milliseconds: number, line: Line): string {
  const seconds = (milliseconds / 1000).toFixed(1).padStart(6);
  return `${seconds} s  ${line.who.padEnd(8)} ${line.what}`;
}
