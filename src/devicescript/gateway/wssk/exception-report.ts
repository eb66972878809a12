import type { Clock } from "../../../node/clock.js";

/** A report of an exception comes in pieces; after so much silence it is whole. */
const silenceMs = 500;

/** Puts the pieces of a report together. */
export class ExceptionReport {
  private log = "";
  private cancel: () => void = () => undefined;

  /** @param whole is called with each report, and with what ended the program if that is what it reports */
  constructor(
    private readonly clock: Clock,
    private readonly whole: (text: string, crash: string | undefined) => void,
  ) {}

  add(piece: string): void {
    this.log += piece;
    this.cancel();
    this.cancel = this.clock.after(silenceMs, () => {
      const { log } = this;
      this.log = "";
      this.whole(exceptionText(log), crashOf(log));
    });
  }

  close(): void {
    this.cancel();
  }
}

/**
 * The part of a board's log that is about its last exception: the runtime sends the whole log, in pieces, whenever a
 * program throws.
 */
export function exceptionText(log: string): string {
  const lines = log.split(/\r?\n/);
  let start = lines.length - 1;
  while (start > 0 && !/Exception:/.test(lines[start])) start--;
  return lines
    .slice(start, start + 20)
    .filter((line) => /^[*!]/.test(line))
    .map((line) => line.replace(/^[*!] ?/, ""))
    .join("\n");
}

/**
 * What ended the program, if the report is of an end: the runtime sends the same report for an exception that the program
 * caught and printed. DeviceScript runtime/devicescript/fibers.c, `devs_panic`.
 */
export function crashOf(log: string): string | undefined {
  const lines = log.split(/\r?\n/);
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i];
    if (line.startsWith("! Unhandled exception")) return "an exception that nobody caught";
    const found = /^! Exception: (InfiniteLoop|OutOfMemory|StackOverflow|Panic_\d+)/.exec(line);
    if (found) return found[1];
    if (/^[*!] Exception:/.test(line)) return undefined;
  }
  return undefined;
}
