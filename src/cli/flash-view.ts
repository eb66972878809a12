import { type EventWords, eventWords } from "../events/describe-event.js";
import type { FlashEvent } from "../host/flash/job.js";
import type { FlashPlan } from "../host/flash/plan.js";
import { columns, jsonLine, type Output, plain } from "./terminal.js";

type ShownEvent =
  | FlashEvent
  /** What the user should know of the plan. */
  | { readonly event: "note"; readonly text: string }
  /** Bytes written, and bytes that were there already. */
  | { readonly event: "done"; readonly written: number; readonly same: number };

/** Shows what happens at the cable: events on stdout, or a line each on stderr. */
export function flashView(options: Output): (event: ShownEvent) => void {
  if (options.json) return (event) => options.out(jsonLine(event));
  let drawn = false;
  let shown = "";
  const line = (text: string): void => {
    options.err(`${drawn ? "\r\x1b[K" : ""}${plain(text)}\n`);
    drawn = false;
  };
  return (event) => {
    const text = eventWords(words, event);
    // A large part is written in pieces; it is shown once.
    if (text !== undefined && text !== shown) line(text);
    if (text !== undefined) shown = text;
    const part = event.event === "progress" || event.event === "reading" ? event : undefined;
    if (part === undefined || !options.terminal) return;
    options.err(`\r\x1b[K${String(Math.floor((100 * part.done) / part.total)).padStart(3)} %`);
    drawn = true;
  };
}

const words: EventWords<ShownEvent> = {
  connecting: () => "Looking for the board's boot loader …",
  connected: ({ chip, flashSize }) => `${chip} with ${flashSize / 1024} KB of flash.`,
  erasing: () => "Erasing the whole chip …",
  erased: () => undefined,
  same: ({ what }) => `There already: ${what}`,
  writing: ({ what }) => `Writing ${what}`,
  progress: () => undefined,
  verified: () => undefined,
  reading: () => undefined,
  restarted: () => "The board restarts.",
  note: ({ text }) => text,
  done: ({ written, same }) =>
    `Done: ${written} bytes written and verified, ${same} were there already. The board starts.`,
};

/** The plan for scripts. */
export function planReport(plan: FlashPlan): object {
  return {
    board: plan.board.id,
    chip: plan.board.chip,
    parts: plan.parts.map(({ address, bytes, md5, what }) => ({ address, size: bytes.length, md5, what })),
    notes: plan.notes,
  };
}

/** The plan for people. */
export function printPlan(plan: FlashPlan): string {
  const rows = plan.parts.map(({ address, bytes, md5, what }) => {
    return [`0x${address.toString(16)}`.padStart(8), String(bytes.length).padStart(8), md5, what];
  });
  const table = columns([[" address", "   bytes", "MD5", "what"], ...rows]);
  const notes = plan.notes.map((note) => `- ${note}\n`).join("");
  return `${plan.board.title}, in this order:\n${table}\n${notes}Nothing was written.\n`;
}
