import { describeEvent, formatBytes } from "../events/describe-event.js";
import type { TimedUploadEvent } from "../events/upload-event.js";

interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** A terminal redraws its bar; anything else gets a line every quarter. */
  readonly terminal: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Shows an upload as it happens. Failures are the caller's to print, except in `--json`, where they are an event. */
export function uploadView(options: ViewOptions): (event: TimedUploadEvent) => void {
  if (options.json)
    return (event) => {
      if (!options.quiet || event.event === "failed") options.out(`${JSON.stringify(event)}\n`);
    };
  if (options.quiet) return () => {};
  const bar = options.terminal ? new ProgressBar(options.err) : new ProgressLines(options.err);
  return (event) => {
    if (event.event === "connected" || event.event === "writing") bar.start(event.at);
    if (event.event === "progress") bar.show(event.acknowledged, event.total, event.at);
    const line = event.event === "failed" ? undefined : describeEvent(event);
    if (line !== undefined || event.event === "failed") bar.clear();
    if (line !== undefined) options.err(`${line}\n`);
  };
}

interface Progress {
  /** `at`: milliseconds since the upload began. */
  readonly start: (at: number) => void;
  readonly show: (done: number, total: number, at: number) => void;
  readonly clear: () => void;
}

class ProgressLines implements Progress {
  private quarter = 0;
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  start(): void {
    this.quarter = 0;
  }

  show(done: number, total: number): void {
    const quarter = Math.floor((4 * done) / total);
    if (quarter <= this.quarter) return;
    this.quarter = quarter;
    this.write(`${quarter * 25} % (${formatBytes(done)} of ${formatBytes(total)})\n`);
  }

  clear(): void {}
}

const CELLS = 30;
/** A terminal need not be redrawn more often, milliseconds. */
const REDRAW = 50;

class ProgressBar implements Progress {
  private startedAt = 0;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private drawn = false;
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  start(at: number): void {
    this.startedAt = at;
    this.drawnAt = Number.NEGATIVE_INFINITY;
  }

  show(done: number, total: number, at: number): void {
    if (at - this.drawnAt < REDRAW && done < total) return;
    this.drawnAt = at;
    this.drawn = true;
    this.write(`\r\x1b[K${progressText(done, total, at - this.startedAt)}`);
  }

  clear(): void {
    if (this.drawn) this.write("\r\x1b[K");
    this.drawn = false;
  }
}

/** `[====      ]  40 %  12.3 KiB/s  0:07 left` */
export function progressText(done: number, total: number, milliseconds: number): string {
  const filled = Math.round((CELLS * done) / total);
  const bar = "=".repeat(filled).padEnd(CELLS);
  const percent = String(Math.floor((100 * done) / total)).padStart(3);
  if (done === 0 || milliseconds <= 0) return `[${bar}] ${percent} %`;
  const rate = (done * 1000) / milliseconds;
  const left = Math.ceil((total - done) / rate);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return `[${bar}] ${percent} %  ${formatBytes(rate)}/s  ${clock} left`;
}
