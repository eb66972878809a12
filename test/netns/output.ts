import type { ChildProcess } from "node:child_process";

/** Lines that a process prints, and a way to wait for one. */
export class Output {
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  #rest = "";
  #waiting: (() => void)[] = [];

  constructor(child: ChildProcess) {
    child.stdout?.on("data", (data: Buffer) => this.#take(data.toString()));
    child.stderr?.on("data", (data: Buffer) => this.#take(data.toString()));
    this.ended = new Promise((resolve) => child.once("close", resolve));
  }

  /** The first line, from `from` on, with `part` in it. */
  async line(part: string, from = 0): Promise<string> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = this.lines.slice(from).find((one) => one.includes(part));
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no line with ${part} in:\n${this.lines.join("\n")}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    this.lines.push(...parts);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
