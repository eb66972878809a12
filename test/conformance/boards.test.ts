import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBoard } from "../../boards/index.js";
import { manualClock } from "../../src/board/manual-clock.js";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { packageRoot } from "../../src/node/package-root.js";

interface Names {
  readonly globals: string;
  readonly modules: string;
  readonly members: Readonly<Record<string, string>>;
}

/** What Espruino's own tables (scripts/common.py get_jsondata, 2v29) give each build. */
const builds: Readonly<Record<string, Names>> = JSON.parse(
  readFileSync(join(packageRoot(), "test/conformance/names-of-boards.json"), "utf8"),
);

function ask(id: string, program: string): readonly string[] {
  const found = findBoard(id);
  if (!found) throw new Error(`there is no board ${id}`);
  const board = new VirtualBoard({ board: found, clock: manualClock() });
  board.powerOn();
  board.run(program, "ask");
  board.powerCut();
  return board.console;
}

/** Program that prints those of the names whose expression is undefined. */
const absent = (names: readonly string[], expression: (name: string) => string): string =>
  names
    .map((name) => `if (typeof ${expression(name)} === "undefined") print(${JSON.stringify(name)});`)
    .join("\n");

describe.each(Object.keys(builds))("on %s", (id) => {
  const { globals, modules, members } = builds[id];

  test("every global of the engine is there", () => {
    expect(
      ask(
        id,
        absent(globals.split(" "), (name) => name),
      ),
    ).toEqual([]);
  });

  test("every module is there, or is missing by name", () => {
    const program = modules
      .split(" ")
      .map(
        (name) =>
          `try { require("${name}"); } catch (e) { if (e.message !== "the virtual board has no module ${name}") print("${name}", e); }`,
      )
      .join("\n");
    expect(ask(id, program)).toEqual([]);
  });

  test.each(Object.keys(members))("every member of %s is there", (holder) => {
    const isModule = modules.split(" ").includes(holder);
    const path = isModule ? `require("${holder}")` : holder;
    const instances: Record<string, string> = {
      "Array.prototype": "[]",
      "String.prototype": '""',
      "Number.prototype": "(1)",
      "Object.prototype": "({})",
    };
    const names = members[holder]
      .split(" ")
      .filter((name) => !(holder === "Object.prototype" && name === "length"));
    const said = ask(
      id,
      absent(names, (name) => `(${instances[holder] ?? path}).${name}`),
    );
    expect(said.filter((line) => !/the virtual board has no module/.test(line))).toEqual([]);
  });
});
