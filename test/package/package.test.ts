import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PackedProject } from "../support/packed.js";
import { built } from "../support/processes.js";

describe.skipIf(!built)("the package as others get it", () => {
  let project: PackedProject;
  let files: string[] = [];
  beforeAll(() => {
    project = new PackedProject();
    files = readdirSync(project.installed, { recursive: true, encoding: "utf8" });
  });
  afterAll(() => project.remove());

  test("every export and the command are there", () => {
    const { exports, bin } = JSON.parse(readFileSync(join(project.installed, "package.json"), "utf8"));
    const targets = (entry: unknown): string[] =>
      typeof entry === "string" ? [entry] : Object.values(entry as object).flatMap(targets);
    const all = [...targets(exports), bin.sluice];
    expect(all.length).toBeGreaterThan(6);
    for (const target of all) expect(existsSync(join(project.installed, target)), target).toBe(true);
    for (const { types } of Object.values<{ types?: string }>(exports))
      if (types !== undefined) expect(types).toMatch(/\.ts$/);
  });

  test("nothing is in it that nobody uses", () => {
    const strange = files.filter((file) =>
      /\.map$|tsbuildinfo|\.test\.|^(test|bench|fuzz)\/|\/make\//.test(file),
    );
    expect(strange).toEqual([]);
  });

  test.each([
    ["jacdac-ts", ["gateway", "--state", "gateway"]],
    ["jacdac-ts", ["provision", "--port", "/dev/null", "--gateway", "ws://192.168.1.2"]],
    ["libsql", ["serve", ".", "--open"]],
    ["serialport", ["flash", "--board", "esp32-devkit", "--port", "/dev/null", "--open"]],
  ])("%s is not installed with it: the error has the command that installs it", (name, args) => {
    const bin = join(project.installed, "bin/sluice.js");
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: project.folder,
      encoding: "utf8",
    });
    expect(stderr).toMatch(new RegExp(`^PACKAGE_MISSING: .*: npm install ${name}@\\d+\\.\\d+\\.\\d+$`, "m"));
    expect(status).toBe(1);
  });

  test("every link of its pages leads to a file in it", () => {
    const pages = files.filter((file) => file.endsWith(".md"));
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(project.installed, page), "utf8").replace(/```[\s\S]*?```/g, "");
      return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(project.installed, dirname(page), target)))
        .map((target) => `${page}: ${target}`);
    });
    expect(pages).toContain("README.md");
    expect(broken).toEqual([]);
  });
});
