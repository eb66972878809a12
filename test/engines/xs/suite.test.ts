import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/node/package-root.js";
import { programOf, suiteTests } from "../suite/run.js";
import { engine, evaluate } from "./engine.js";

const runtime = join(packageRoot(), "test/engines/xs/runtime.js");

async function onXs(part: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: programOf(part, runtime), resolveDir: packageRoot(), loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    target: "es2020",
    platform: "neutral",
    charset: "ascii",
    // Comments would stay as they are, and be no ASCII.
    minifyWhitespace: true,
  });
  return evaluate(outputFiles[0].text);
}

describe("the core on XS", () => {
  suiteTests(engine === "" ? undefined : onXs);

  test.skipIf(engine === "")("it is XS that answers, and it says when a script fails", () => {
    expect(evaluate("print(typeof Compartment, typeof process);")).toEqual(["function undefined"]);
    expect(() => evaluate('throw new Error("no water");')).toThrow("no water");
  });
});
