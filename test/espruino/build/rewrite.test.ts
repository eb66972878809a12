import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, it, vi } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildBundle } from "../../../src/espruino/build/bundle.js";
import { checkScript } from "../../../src/espruino/build/dialect.js";
import { refused } from "./dialect-cases.js";
import { builtCase, isRewritten, program } from "./rewrite-cases.js";

const folder = mkdtempSync(join(tmpdir(), "rewrite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the built program prints, by the language: the engine's answers are test/engines/espruino/rewrite.test.ts. */
async function printed(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { code } = await buildBundle({ dev: program(folder, files), board: linux });
  const lines: string[] = [];
  const listeners: (() => void)[] = [];
  runInNewContext(code, {
    require: (name: string) => ({ ota: { begin: () => undefined }, name, getIP: () => `ip of ${name}` }),
    print: (...values: unknown[]) => lines.push(values.join(" ")),
    E: { on: (_event: string, listener: () => void) => listeners.push(listener) },
  });
  for (const listener of listeners) listener();
  return lines;
}

async function refusal(files: Readonly<Record<string, string>>): Promise<string> {
  const built = buildBundle({ dev: program(folder, files), board: linux });
  return built.then(
    () => "built",
    (error: unknown) => String(error).replaceAll(`${folder}/`, ""),
  );
}

describe("what the engine cannot run as it is written", () => {
  it.each(refused.filter(isRewritten))("%s is rewritten: %s", async (_rule, body) => {
    const code = await builtCase(folder, body);
    expect(checkScript(code)).toEqual([]);
    const world: { result?: unknown } = {};
    runInNewContext(code, world);
    expect(world.result).toBe(true);
  });

  it.each(refused.filter((one) => !isRewritten(one)))("%s is refused: %s", async (_rule, body) => {
    await expect(builtCase(folder, body)).rejects.toMatchObject({ code: "UNSUPPORTED_SYNTAX" });
  });

  it("is refused at its own place, by the name it has there", async () => {
    const text = await refusal({
      "main.js":
        "async function* a() {}\nasync function b() {\n  for await (const x of a()) print(x);\n}\nb();\n",
    });
    expect(text).toMatch(/main\.js:3:3: `for await`/);
    expect(await refusal({ "main.ts": "class A { @mark b() {} }\nfunction mark() {}\nnew A();" })).toMatch(
      /main\.ts:1:17: a decorator of the new kind.*experimentalDecorators/,
    );
    expect(await refusal({ "main.js": "const list = [1, 2];\nprint(new Date(...list));" })).toMatch(
      /main\.js:2:7: spread/,
    );
  });
});

describe("a program that needs nothing", () => {
  it("has the same code as without the rewriting", async () => {
    const files = {
      "main.ts": 'const pin = 4; let n = 0; setInterval(() => print(pin, "x".repeat(++n)), 500);',
    };
    const { code } = await buildBundle({ dev: program(folder, files), board: linux });
    expect(code).toBe('(function(){\nvar e=0;setInterval(()=>print(4,"x".repeat(++e)),500);\n})();');
  });
});

describe("modules", () => {
  const twice = "exports.twice = function (x) { return 2 * x; };";

  it.each([
    [
      "import of CommonJS",
      { "main.ts": 'import { twice } from "./math.js"; print(twice(21));', "math.js": twice },
    ],
    [
      "all of it",
      { "main.ts": 'import * as math from "./math.js"; print(math.twice(21));', "math.js": twice },
    ],
    ["its default", { "main.ts": 'import math from "./math.js"; print(math.twice(21));', "math.js": twice }],
    [
      "module.exports as a function",
      {
        "main.ts": 'import twice from "./math.js"; print(twice(21));',
        "math.js": "module.exports = (x) => 2 * x;",
      },
    ],
    ["require", { "main.js": 'const m = require("./math"); print(m.twice(21));', "math.js": twice }],
    [
      "import … = require",
      { "main.ts": 'import m = require("./math.js"); print(m.twice(21));', "math.js": twice },
    ],
    ["require of JSON", { "main.js": 'print(require("./cfg.json").answer);', "cfg.json": '{"answer":42}' }],
    [
      "require of an ES module",
      {
        "main.js": 'print(require("./math").twice(21));',
        "math.ts": "export function twice(x: number) { return 2 * x; }",
      },
    ],
    ["an entry that exports", { "main.js": "print(42); module.exports = {};" }],
    [
      "CommonJS as a compiler makes it",
      {
        "main.ts": 'import twice from "./math.js"; print(twice(21));',
        "math.js":
          'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = function (x) { return 2 * x; };',
      },
    ],
    [
      "a package with main",
      {
        "main.js": 'print(require("dual").twice(21));',
        "node_modules/dual/package.json": '{"main":"cjs.js"}',
        "node_modules/dual/cjs.js": twice,
      },
    ],
    [
      "a package with module",
      {
        "main.ts": 'import { twice } from "dual"; print(twice(21));',
        "node_modules/dual/package.json": '{"module":"esm.js"}',
        "node_modules/dual/esm.js": "export function twice(x) { return 2 * x; }",
      },
    ],
    ["the modules folder", { "main.js": 'print(require("MATH").twice(21));', "modules/MATH.js": twice }],
    [
      "a circle",
      {
        "main.js": 'print(require("./a").answer());',
        "a.js":
          'var b = require("./b"); exports.answer = function () { return b.half() * 2; }; exports.base = 21;',
        "b.js": 'var a = require("./a"); exports.half = function () { return a.base; };',
      },
    ],
    ["once", { "main.js": 'require("./n").n++; print(require("./n").n);', "n.js": "exports.n = 41;" }],
    [
      "lazily",
      { "main.js": 'function m() { return require("./n").n; } print(m());', "n.js": "exports.n = 42;" },
    ],
    [
      "type commonjs",
      {
        "main.ts": 'import { twice } from "./math"; print(twice(21));',
        "math.ts": "export const twice = (x: number) => 2 * x;",
        "package.json": '{"type":"commonjs"}',
      },
    ],
    [
      "paths of tsconfig",
      {
        "main.ts": 'import { twice } from "@lib/math"; print(twice(21));',
        "lib/math.ts": "export function twice(x: number) { return 2 * x; }",
        "tsconfig.json": '{"compilerOptions":{"baseUrl":".","paths":{"@lib/*":["lib/*"]},"strict":true}}',
      },
    ],
    [
      "decorators",
      {
        "main.ts":
          'function mark(t: any, k: string) { t["the" + k] = 42; } class V { @mark open() {} } print((new V() as any).theopen);',
        "tsconfig.json": '{ /* here */ "compilerOptions": { "experimentalDecorators": true } }',
      },
    ],
    [
      "an enum",
      {
        "main.ts":
          "enum State { Idle, Open = 42 } const s: any = State; print(s[s.Open] === 'Open' ? State.Open : 0);",
      },
    ],
    ["onInit", { "main.js": "var n = 41;\nfunction onInit() { print(n); }\nn++;" }],
  ])("%s", async (_what, files) => {
    expect(await printed(files)).toEqual(["42"]);
  });

  it.each([
    ["default", 'import wifi from "Wifi"; print(wifi.getIP());'],
    ["star", 'import * as wifi from "Wifi"; print(wifi.getIP());'],
    ["names", 'import { getIP } from "Wifi"; print(getIP());'],
    ["require", 'const wifi = require("Wifi"); print(wifi.getIP());'],
  ])("the engine's own by %s stay a require", async (_how, text) => {
    const { code } = await buildBundle({ dev: program(folder, { "main.ts": text }), board: linux });
    expect(code.match(/require\("Wifi"\)/g)).toHaveLength(1);
    expect(code).not.toMatch(/default|defineProperty/);
    expect(await printed({ "main.ts": text })).toEqual(["ip of Wifi"]);
  });

  it("that are not there fail the build by name", async () => {
    expect(await refusal({ "main.js": 'require("./mth");' })).toMatch(
      /main\.js:1:9: Could not resolve "\.\/mth"/,
    );
    vi.stubEnv("SLUICE_MODULES", "http://127.0.0.1:9/");
    const text = await refusal({ "main.js": '\nrequire("MQTTT");' });
    vi.unstubAllEnvs();
    expect(text).toMatch(/main\.js:2:9: "MQTTT" is no module of the engine, not in node_modules/);
  });
});
