import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { develop, problemLines } from "../../src/cli/dev.js";
import { SluiceError } from "../../src/errors/sluice-error.js";
import { pacedClock } from "../support/paced-clock.js";

const patienceMs = 120_000;

interface Shown {
  readonly event: string;
  readonly t: number;
  readonly [member: string]: unknown;
}

/** `sluice dev --json` in this process, with a board whose time stands still while the computer is busy. */
class Session {
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-dev-"));
  readonly events: Shown[] = [];
  readonly #end = new AbortController();
  readonly #clock = pacedClock(1);
  readonly #news = new EventEmitter();
  #ended: Promise<void> = Promise.resolve();

  start(): void {
    const out = (line: string): void => {
      this.events.push(JSON.parse(line));
      this.#news.emit("line");
    };
    const output = { json: true, terminal: false, out, err: out };
    const session = { output, signal: this.#end.signal, clock: this.#clock };
    this.#ended = develop(this.folder, { speed: 1, json: true }, session);
  }

  save(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** The first event from number `from` on that fits. */
  async wait(fits: (event: Shown) => boolean, from: number): Promise<Shown> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = this.events.slice(from).find(fits);
      if (found !== undefined) return found;
      await once(this.#news, "line", { signal });
    }
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#ended;
    this.#clock.stop();
    rmSync(this.folder, { recursive: true });
  }
}

const program = (word: string): string => `import { ota } from "sluice/espruino";
setInterval(() => print("${word}"), 200);
ota.begin({});
`;
const prints = (word: string) => (event: Shown) => event.event === "console" && event["text"] === word;
const named = (name: string) => (event: Shown) => event.event === name;

describe("sluice dev", () => {
  const dev = new Session();
  beforeAll(() => {
    dev.save("sluice.json", '{"name":"shed","version":"1.0.0","board":"esp32-devkit"}');
    dev.save("main.ts", program("one"));
    dev.start();
  });
  afterAll(() => dev.stop());

  test("the first version goes to a virtual board over the air", async () => {
    await dev.wait(prints("one"), 0);
    await dev.wait(named("confirmed"), 0);
    expect(dev.events.map(({ event }) => event)).toContain("committed");
  });

  test("a change that is saved runs within a second of the board's time, safe state aside", async () => {
    const before = dev.events.length;
    dev.save("main.ts", program("two"));
    const runs = await dev.wait(prints("two"), before);
    const at = (name: string): number => dev.events.slice(before).find(named(name))?.t ?? Number.NaN;
    const safeMs = at("safe") - at("authenticated");
    const firstPrintMs = 200;
    expect(runs.t - at("invitation") - safeMs - firstPrintMs).toBeLessThan(1000);
    await dev.wait(named("confirmed"), before);
  });

  test("while a version does not build, the last good one keeps running; then the next one replaces it", async () => {
    const before = dev.events.length;
    dev.save("main.ts", "let x = {\n");
    const failed = await dev.wait(named("failed"), before);
    expect(failed["problems"]).toEqual([expect.stringMatching(/main\.ts:2:1: error: Expected/)]);
    await dev.wait(prints("two"), dev.events.indexOf(failed));
    const sinceThen = dev.events.slice(before).map(({ event }) => event);
    expect(sinceThen).not.toContain("invitation");
    dev.save("main.ts", program("three"));
    await dev.wait(prints("three"), before);
  });

  test("what makes the same bytes is not sent", async () => {
    await dev.wait(named("confirmed"), dev.events.findIndex(prints("three")));
    const before = dev.events.length;
    dev.save("main.ts", `// Only a comment.\n${program("three")}`);
    await dev.wait(named("same"), before);
    dev.save("sluice.json", "{");
    await dev.wait(named("failed"), before);
    const sinceThen = dev.events.slice(before).map(({ event }) => event);
    expect(sinceThen).not.toContain("built");
    expect(sinceThen).not.toContain("invitation");
  });
});

test("errors are shown as editors find them", () => {
  const at = process.cwd();
  const lines = (code: string, message: string) => problemLines(new SluiceError(code, message), "devs/shed");
  expect(
    lines("UNSUPPORTED_SYNTAX", `${at}/devs/shed/main.ts:3:5: no. Write instead: yes\ndevs/a.ts:1:2: b`),
  ).toEqual(["devs/shed/main.ts:3:5: error: no. Write instead: yes", "devs/a.ts:1:2: error: b"]);
  expect(lines("BUILD_FAILED", "no place")).toEqual(["devs/shed/sluice.json:1:1: error: no place"]);
  expect(lines("BAD_MANIFEST", 'devs/shed/sluice.json: "name" is missing')).toEqual([
    'devs/shed/sluice.json:1:1: error: "name" is missing',
  ]);
  expect(lines("NO_ANSWER", "silence")[0]).toBe("error: NO_ANSWER: silence");
});
