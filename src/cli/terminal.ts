import { once } from "node:events";
import { SluiceError } from "../errors/sluice-error.js";
import { type EventWords, eventWords, formatBytes } from "../events/describe-event.js";
import { readText } from "../node/files.js";

/** Where a verb prints what happens, and how. */
export interface Output {
  /** Events as JSON, one a line, on `out`. */
  readonly json: boolean;
  /** A terminal, on which progress may be drawn over itself. */
  readonly terminal: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** @param drawsOn the stream that progress is drawn on */
export function processOutput(
  flags: { readonly json?: true },
  drawsOn: { readonly isTTY?: boolean } = process.stderr,
): Output {
  return {
    json: flags.json ?? false,
    terminal: drawsOn.isTTY ?? false,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  };
}

/** What a terminal obeys, but for line ends. */
const obeyed = /[^\n\x20-\x7e\u00a0-\u200d\u2010-\u2027\u202f-\u2065\u206a-\uffff]/g;

/**
 * Text that may come from elsewhere (a board, an image, the network), for a terminal: but for line ends nothing in it controls
 * one, neither an escape nor a C1 code nor a change of the writing direction.
 */
export function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\t", " ").replace(obeyed, "?");
}

/** One line of JSON with its line end. JSON itself lets DEL and the C1 codes through. */
export function jsonLine(value: unknown): string {
  const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(value).replace(obeyed, escaped)}\n`;
}

/** Prints a result: as one line of JSON, or in words. */
export function printResult(json: boolean | undefined, value: unknown, words: string): void {
  process.stdout.write(json ? jsonLine(value) : plain(words));
}

/** Prints what happens: a line of JSON, or of words where there are any. */
export function eventPrinter<Event extends { readonly event: string }>(
  { json, out }: Pick<Output, "json" | "out">,
  words: EventWords<Event>,
): (event: Event) => void {
  return (event) => {
    const line = json ? undefined : eventWords(words, event);
    if (json) out(jsonLine(event));
    else if (line !== undefined) out(`${plain(line)}\n`);
  };
}

/** Rows of cells, each column as wide as its widest; a cell has no line end. */
export function columns(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map((cell) => plain(cell).replaceAll("\n", "?")));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Resolves when the program is to end: Ctrl-C, or a service manager. */
export async function untilSignal(): Promise<void> {
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}

/** Runs `work` with a signal that Ctrl-C aborts. */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"],
): Promise<Result> {
  const cancel = new AbortController();
  const interrupted = (): void => cancel.abort();
  for (const name of signals) process.once(name, interrupted);
  try {
    return await work(cancel.signal);
  } finally {
    for (const name of signals) process.removeListener(name, interrupted);
  }
}

/** Certificate and key of a server, for a verb with `--cert` and `--key`. @throws SluiceError BAD_SERVER_CONFIG */
export async function readCertificate(
  { cert, key }: { readonly cert?: string; readonly key?: string },
  protocol: string,
): Promise<{ cert: string; key: string } | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new SluiceError("BAD_SERVER_CONFIG", `${protocol} needs both --cert and --key`);
  return { cert: await readText(cert), key: await readText(key) };
}

const cells = 30;
/** A terminal need not be redrawn more often, milliseconds. */
const redrawMs = 50;

/** How far a transfer is: a bar that is redrawn on a terminal, a line every quarter elsewhere. */
export class ProgressBar {
  private startedAt = 0;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private drawn = false;
  private quarter = 0;

  constructor(private readonly output: Pick<Output, "terminal" | "err">) {}

  /** @param at milliseconds since the verb began */
  start(at: number): void {
    this.startedAt = at;
    this.drawnAt = Number.NEGATIVE_INFINITY;
    this.quarter = 0;
  }

  show(done: number, total: number, at: number): void {
    if (this.output.terminal) this.draw(done, total, at);
    else this.line(done, total);
  }

  /** Makes room for another line. */
  clear(): void {
    if (this.drawn) this.output.err("\r\x1b[K");
    this.drawn = false;
  }

  private draw(done: number, total: number, at: number): void {
    if (at - this.drawnAt < redrawMs && done < total) return;
    this.drawnAt = at;
    this.drawn = true;
    this.output.err(`\r\x1b[K${progressText(done, total, at - this.startedAt)}`);
  }

  private line(done: number, total: number): void {
    const quarter = Math.floor((4 * done) / total);
    if (quarter <= this.quarter) return;
    this.quarter = quarter;
    this.output.err(`${quarter * 25} % (${formatBytes(done)} of ${formatBytes(total)})\n`);
  }
}

/** `[====      ]  40 %  12.3 KiB/s  0:07 left` */
export function progressText(done: number, total: number, milliseconds: number): string {
  const filled = Math.round((cells * done) / total);
  const bar = "=".repeat(filled).padEnd(cells);
  const percent = String(Math.floor((100 * done) / total)).padStart(3);
  if (done === 0 || milliseconds <= 0) return `[${bar}] ${percent} %`;
  const rate = (done * 1000) / milliseconds;
  const left = Math.ceil((total - done) / rate);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return `[${bar}] ${percent} %  ${formatBytes(rate)}/s  ${clock} left`;
}
