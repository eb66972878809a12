import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";
import { differences, lacking } from "./differences.js";
import { onVirtual } from "./on-virtual.js";
import { type Answers, probes, readAnswers } from "./record.js";

const pinFile = join(packageRoot(), "test/conformance/pinned.json");
const pinned: Answers = JSON.parse(readFileSync(pinFile, "utf8"));
const engine = readAnswers();
const different = new Set(Object.values(differences).flat());

const alike = probes.filter(({ name }) => !different.has(name) && !(name in lacking));

test.each(alike)("as the engine - $name", async ({ name, program, sockets }) => {
  expect(await onVirtual(program, sockets)).toEqual(engine[name]);
});

test.each(probes.filter(({ name }) => name in lacking))(
  "missing by name - $name",
  async ({ name, program }) => {
    expect((await onVirtual(program)).join("\n")).toContain(`the virtual board has no ${lacking[name]}`);
  },
);

const answered: Record<string, readonly string[]> = {};
test.each(probes.filter(({ name }) => different.has(name)))(
  "known to differ - $name",
  async ({ name, program, sockets }) => {
    const answer = await onVirtual(program, sockets);
    answered[name] = answer;
    expect(answer).not.toEqual(engine[name]);
    if (process.env["RECORD"] !== "1") expect(answer).toEqual(pinned[name]);
  },
);
afterAll(() => {
  if (process.env["RECORD"] === "1") writeFileSync(pinFile, `${JSON.stringify(answered, null, 2)}\n`);
});

test("every difference is of a probe, and its reason is in the documentation", () => {
  const names = new Set(probes.map(({ name }) => name));
  expect([...different, ...Object.keys(lacking)].filter((name) => !names.has(name))).toEqual([]);
  const text = readFileSync(join(packageRoot(), "docs/virtual-board.md"), "utf8").replace(/\s+/g, " ");
  expect(Object.keys(differences).filter((reason) => !text.includes(reason))).toEqual([]);
  expect(
    Object.values(lacking).filter((what) => !text.includes(`\`${what.replace(/^module /, "")}\``)),
  ).toEqual([]);
});
