import { describe, expect, it } from "vitest";
import { corpus } from "../../corpus/programs.js";
import { built, inNode, onEngine } from "../../corpus/run-program.js";

const engine = process.env["ESPRUINO"] ?? "";

describe.skipIf(engine === "")(
  "programs as people bring them print on the real engine what they print in Node",
  () => {
    it.each(corpus())("$name: $about", async ({ entry }) => {
      expect(onEngine(engine, await built(entry))).toEqual(await inNode(entry));
    });
  },
);
