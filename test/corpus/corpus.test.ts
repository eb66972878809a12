import { describe, expect, it } from "vitest";
import { corpus } from "./programs.js";
import { built, inNode, onVirtualBoard } from "./run-program.js";

describe("programs as people bring them print on the virtual board what they print in Node", () => {
  it.each(corpus())("$name: $about", async ({ entry }) => {
    const lines = await inNode(entry);
    expect(lines.length).toBeGreaterThan(0);
    expect(await onVirtualBoard(await built(entry), lines.length)).toEqual(lines);
  });
});

it("each of them has a kind that docs/corpus.md knows", () => {
  const kinds = "Callbacks Classes Displays MQTT Modules Relays Sensors Serial Servers Storage".split(" ");
  for (const { kind, about, name } of corpus()) expect([...kinds, ""], name).toContain(about && kind);
});
