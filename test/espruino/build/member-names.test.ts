import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { compileScript, memberNames, minifyScript } from "../../../src/espruino/build/bundle-script.js";

const folder = mkdtempSync(join(tmpdir(), "sluice-names-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two files as they come out when their members get short names together. */
async function built(...codes: string[]): Promise<string[]> {
  const entries = codes.map((code, i) => {
    const entry = join(folder, `${i}.ts`);
    writeFileSync(entry, code);
    return entry;
  });
  const request = { kind: "part", board: linux } as const;
  const names = await memberNames(entries, request);
  const scripts = await Promise.all(
    entries.map(async (entry) =>
      minifyScript(await compileScript({ ...request, entry }), { ...request, names }, folder),
    ),
  );
  return scripts.map(({ code }) => code.slice(code.indexOf("\n") + 1));
}

test("members of the agent's own get short names, the same in every part", async () => {
  const [first = "", second = ""] = await built(
    "print({ innermost: 1 });",
    "declare const given: { innermost: number; other: number }; print(given.other, given.innermost);",
  );
  const name = /\{(\w+):1\}/.exec(first)?.[1] ?? "";
  expect(name.length).toBeLessThan(3);
  expect(second).toContain(`given.${name})`);
});

test("what the engine, an application, provisioning or a listener knows stays", async () => {
  const members = [
    "charCodeAt",
    "getAddressOf",
    "safeState",
    "onProgress",
    "passwordHash",
    "appTrial",
    "udp",
    "seconds",
  ];
  const [code = ""] = await built(
    `declare const x: any; print(${members.map((name) => `x.${name}`).join(",")});`,
  );
  for (const name of members) expect(code).toContain(`x.${name}`);
});

test("no name is a word of the language, however many there are", async () => {
  const many = Array.from({ length: 3000 }, (_, i) => `x.member${i}`);
  const [code = ""] = await built(`declare const x: any; print(${many.join(",")});`);
  const made = [...code.matchAll(/x\.([\w$]+)/g)].map(([, name]) => name);
  expect(new Set(made).size).toBe(3000);
  for (const word of ["do", "if", "in", "of"]) expect(made).not.toContain(word);
});
