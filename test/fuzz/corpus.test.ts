import { describe, expect, it } from "vitest";
import { corpusOf } from "../../fuzz/corpus.js";
import { bytesOf } from "../../fuzz/target.js";
import { targets } from "../../fuzz/targets.js";
import { packageRoot } from "../../src/node/package-root.js";

/** Bytes of all inputs in the tree. */
const mostBytes = 300_000;

describe("what fuzzing has found worth keeping", () => {
  it.each(targets)("$name", (target) => {
    const corpus = corpusOf(packageRoot(), target.name);
    expect(corpus.length).toBeGreaterThan(0);
    for (const input of target.seeds()) target.run(bytesOf(input));
    for (const { name, input } of corpus)
      expect(() => target.run(input), `fuzz/corpus/${target.name}/${name}`).not.toThrow();
  });

  it("is small", () => {
    const corpus = targets.flatMap(({ name }) => corpusOf(packageRoot(), name));
    expect(corpus.reduce((sum, { input }) => sum + input.length, 0)).toBeLessThan(mostBytes);
  });
});
