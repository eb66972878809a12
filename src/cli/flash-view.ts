import type { FlashEvent } from "../host/flash/job.js";
import type { FlashPlan } from "../host/flash/plan.js";

export interface FlashViewOptions {
  readonly json: boolean;
  /** Progress may be drawn over itself. */
  readonly terminal: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Says what happens at the cable: events on stdout, or a line each on stderr. */
export function flashView(options: FlashViewOptions): (event: FlashEvent) => void {
  if (options.json) return (event) => options.out(`${JSON.stringify(event)}\n`);
  let drawn = false;
  let said = "";
  const line = (text: string): void => {
    options.err(`${drawn ? "\r\x1b[K" : ""}${text}\n`);
    drawn = false;
  };
  return (event) => {
    const text = sentence(event);
    // A large part is written in pieces; once is enough to say so.
    if (text !== undefined && text !== said) line(text);
    if (text !== undefined) said = text;
    const part = event.event === "progress" || event.event === "reading" ? event : undefined;
    if (part === undefined || !options.terminal) return;
    options.err(`\r\x1b[K${String(Math.floor((100 * part.done) / part.total)).padStart(3)} %`);
    drawn = true;
  };
}

function sentence(event: FlashEvent): string | undefined {
  switch (event.event) {
    case "connecting":
      return "Looking for the board's boot loader …";
    case "connected":
      return `${event.chip} with ${event.flashSize / 1024} KB of flash.`;
    case "erasing":
      return "Erasing the whole chip …";
    case "same":
      return `There already: ${event.what}`;
    case "writing":
      return `Writing ${event.what}`;
    case "restarted":
      return "The board restarts.";
    default:
      return undefined;
  }
}

/** The plan for scripts. */
export function planReport(plan: FlashPlan): object {
  return {
    board: plan.board.id,
    chip: plan.chip,
    parts: plan.parts.map(({ address, bytes, md5, what }) => ({ address, size: bytes.length, md5, what })),
    notes: plan.notes,
  };
}

/** The plan for people. */
export function printPlan(plan: FlashPlan): string {
  const rows = plan.parts.map(({ address, bytes, md5, what }) =>
    [`0x${address.toString(16)}`.padStart(8), String(bytes.length).padStart(8), md5.padEnd(32), what].join(
      "  ",
    ),
  );
  const head = [" address", "   bytes", "MD5".padEnd(32), "what"].join("  ");
  const notes = plan.notes.map((note) => `- ${note}`);
  return `${[`${plan.board.title}, in this order:`, head, ...rows, "", ...notes, "Nothing was written."].join("\n")}\n`;
}
