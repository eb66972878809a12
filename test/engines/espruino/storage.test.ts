import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { makeFlash } from "../../../src/board/board-flash.js";
import { Storage, StorageError } from "../../../src/board/storage.js";

const engine = process.env["ESPRUINO"];
const start = 0x10000000;

type Step =
  | { readonly op: "write"; name: string; data: string; offset: number; size: number }
  | { readonly op: "erase"; name: string }
  | { readonly op: "compact" }
  | { readonly op: "read"; name: string; offset: number; length: number };

const name = fc.constantFrom("a", "b", "c", ".boot0", "sluice", "a-name-of-exactly-28-letters", "app.a");
const data = fc
  .tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.integer({ min: 1, max: 200 }))
  .map(([piece, count]) => piece.repeat(count));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant("write" as const),
      name,
      data,
      offset: fc.constantFrom(0, 0, 0, 0, 1, 5, 1024, 1500),
      size: fc.constantFrom(0, 0, 7, 700, 3000, 70_000, 200_000, 400_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("erase" as const), name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("compact" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("read" as const),
      name,
      offset: fc.integer({ min: -2, max: 900 }),
      length: fc.integer({ min: -1, max: 900 }),
    }),
  },
);

function onModel(storage: Storage, todo: Step): string {
  try {
    switch (todo.op) {
      case "write":
        return String(storage.write(todo.name, Buffer.from(todo.data, "latin1"), todo.offset, todo.size));
      case "erase":
        storage.erase(todo.name);
        return "undefined";
      case "compact":
        storage.compact();
        return "undefined";
      case "read": {
        const bytes = storage.read(todo.name, todo.offset, todo.length);
        return bytes ? `${bytes.length}:${Buffer.from(bytes.subarray(0, 20)).toString("hex")}` : "undefined";
      }
    }
  } catch (error) {
    if (error instanceof StorageError) return `Error: ${error.message}`;
    throw error;
  }
}

/** The same steps as a script for the engine; one line of output a step. */
const script = (steps: readonly Step[]) => `
var s = require("Storage");
var hex = "0123456789abcdef";
function show(text) {
  if (text === undefined) return "undefined";
  var out = "";
  for (var i = 0; i < text.length && i < 20; i++) {
    var c = text.charCodeAt(i);
    out += hex[c >> 4] + hex[c & 15];
  }
  return text.length + ":" + out;
}
function step(n, todo) {
  var result;
  try { result = todo(); } catch (e) { result = e.toString(); }
  print("#" + n + " " + result);
}
${steps.map((todo, index) => `step(${index}, function() { return ${call(todo)}; });`).join("\n")}
print("#stats " + JSON.stringify(s.getStats()) + JSON.stringify(s.list()) + s.getFree());
quit();
`;

function call(todo: Step): string {
  switch (todo.op) {
    case "write":
      return `s.write(${JSON.stringify(todo.name)}, ${JSON.stringify(todo.data)}, ${todo.offset}, ${todo.size})`;
    case "erase":
      return `s.erase(${JSON.stringify(todo.name)})`;
    case "compact":
      return "s.compact()";
    case "read":
      return `show(s.read(${JSON.stringify(todo.name)}, ${todo.offset}, ${todo.length}))`;
  }
}

test.skipIf(!engine)("Storage leaves the same bytes and the same answers as Espruino's own", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-storage-"));
  try {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const file = join(directory, "espruino.flash");
        writeFileSync(file, Buffer.alloc(linux.flashSize, 0xff));
        writeFileSync(join(directory, "steps.js"), script(steps));
        const output = execFileSync(engine ?? "", ["steps.js"], {
          cwd: directory,
          encoding: "latin1",
          timeout: 60_000,
        });
        const theirs = [...output.matchAll(/^#(\d+) (.*?)\r?$/gm)].map((match) => match[2]);

        const flash = makeFlash(linux);
        const storage = new Storage(flash, start, linux.flashSize);
        const ours = steps.map((todo) => onModel(storage, todo));
        expect(ours).toEqual(theirs);
        const names = JSON.stringify(storage.list().map(({ name }) => name));
        const stats = `${JSON.stringify(storage.stats())}${names}${storage.stats().freeBytes}`;
        expect(`#stats ${stats}`).toBe(output.match(/#stats .*?(?=\r?$)/m)?.[0]);
        const wrote = Buffer.from(flash.read(start, linux.flashSize));
        expect(wrote.equals(readFileSync(file))).toBe(true);
        expect(storage.isValid()).toBe(true);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 40) },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
