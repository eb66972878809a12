import { beforeAll, describe, expect, it } from "vitest";
import type { NorFlash } from "../../src/board/nor-flash.js";
import { Storage } from "../../src/board/storage.js";
import { decodeBundle, encodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { type BuiltBoardCode, builtBoardCode } from "../../src/prover/built/bundles.js";
import { type BuiltResult, proveBuilt } from "../../src/prover/built/proof.js";
import { type EspruinoPath, espruinoPaths } from "../../src/prover/paths/espruino-paths.js";
import { plan } from "../../src/prover/plan.js";
import { agentOf, esp32 } from "../support/test-bundles.js";

let code: BuiltBoardCode;

beforeAll(async () => {
  code = await builtBoardCode(esp32, await agentOf());
});

function pathNamed(name: string): EspruinoPath {
  const found = espruinoPaths.find(({ path }) => path === name);
  if (found === undefined) throw new Error(`no path ${name}`);
  return found;
}

function kinds({ findings }: BuiltResult): string[] {
  return [...new Set(findings.map(({ kind }) => kind))].sort();
}

/** Replaces built code by code of the same length: what lies behind it stays where it is. */
function broken(
  text: string,
  ...changes: readonly (readonly [RegExp, (...groups: string[]) => string])[]
): string {
  let result = text;
  for (const [what, by] of changes) {
    expect(result, `${what} is not in the built code`).toMatch(what);
    result = result.replace(what, by);
  }
  const spare = text.length - result.length;
  expect(spare, "no room for the change").toBeGreaterThanOrEqual(0);
  return result;
}

/** The board with another loader. Its file keeps its length, so that Storage stays as it is. */
function withLoader(change: (loader: string) => string): BuiltBoardCode {
  const { offset, size } = esp32.espruino?.storage ?? { offset: 0, size: 0 };
  const place = new Storage(code.chip, offset, size).place(".boot0");
  if (place === undefined) throw new Error("no loader");
  const loader = Buffer.from(code.chip.read(place.address, place.length)).toString("latin1");
  const chip = code.chip.fork();
  rewrite(chip, place.address, change(loader).padEnd(loader.length));
  return { ...code, chip };
}

function rewrite(chip: NorFlash, address: number, text: string): void {
  const first = address - (address % chip.blockLength);
  const end = Math.ceil((address + text.length) / chip.blockLength) * chip.blockLength;
  const blocks = chip.read(first, end - first);
  blocks.set(Buffer.from(text, "latin1"), address - first);
  for (let at = first; at < end; at += chip.blockLength) chip.eraseBlockAt(at);
  chip.program(first, blocks);
}

async function withAgent(change: (agent: string) => string): Promise<BuiltBoardCode> {
  const { header, payload } = decodeBundle(code.agent);
  const before = Buffer.from(payload).toString("latin1");
  const after = change(before);
  expect(after.length).toBe(before.length);
  return builtBoardCode(esp32, encodeBundle(header, Buffer.from(after, "latin1")));
}

describe("the built loader and agent", () => {
  it("stand for every path of the fast walk on their board", () => {
    const walked = plan({ seed: 1, quick: true, layout: "esp32-devkit" }).map(
      ({ scenario }) => scenario.path,
    );
    // What a cable writes is no code of the board's.
    expect(espruinoPaths.map(({ path }) => path).sort()).toEqual(
      walked.filter((path) => path !== "provision").sort(),
    );
  });

  it.each(espruinoPaths)("come through a power cut and drive the pins first: $path", async (path) => {
    const result = await proveBuilt(code, path, { seed: 1, cuts: 2 });
    expect(result.findings).toEqual([]);
    expect(result.operations).toBeGreaterThan(0);
    expect(result.looks).toBeGreaterThan(10);
  });
});

describe("the proof turns red", () => {
  const valves = /digitalWrite\(new Pin\((\w+)\.pin\),\1\.level\)/g;

  it("when the loader drives no valve pins", async () => {
    const mute = withLoader((loader) => loader.replace(valves, "0"));
    expect(kinds(await proveBuilt(mute, pathNamed("app"), { seed: 1, cuts: 0 }))).toEqual(["pins"]);
  });

  it("when the loader drives them only after it has read its journal", async () => {
    const late = withLoader((loader) => broken(loader, [new RegExp(valves.source), () => "0"]));
    expect(kinds(await proveBuilt(late, pathNamed("confirm"), { seed: 1, cuts: 0 }))).toEqual(["pins"]);
  });

  it("when the agent does not shut the valves: its own look at them refuses every update", async () => {
    const open = await withAgent((agent) => agent.replace(valves, (call) => "0".padEnd(call.length)));
    expect(kinds(await proveBuilt(open, pathNamed("app"), { seed: 1, cuts: 0 }))).toEqual(["stuck"]);
  });

  it("when the loader does not read the record of the commit back", async () => {
    const deaf = withLoader((loader) =>
      broken(loader, [/for\(let (\w)=0;\1<=\w;\1\+\+\)(?=\w+\(this\.state)/, (_, i) => `for(let ${i}=9;0;)`]),
    );
    const result = await proveBuilt(deaf, pathNamed("app"), { seed: 1, cuts: 0 });
    expect(kinds(result)).toContain("uninstalled");
  });

  it("when the agent commits before it has verified", async () => {
    const hasty = await withAgent((agent) => {
      const record = /!this\.it\.(\w+)\(\w\.(\w+)\)\)return \w\(28,/.exec(agent);
      const [, note, field] = record ?? [];
      let commit = "";
      return broken(
        agent,
        [
          /this\.\w+=(\w),(?=this\.\w+=new \w\(\{\w+:\w\},\w\?)/,
          (judged, place) => {
            commit = `this.it.${note}(${place}.${field}),`;
            return judged + commit;
          },
        ],
        [/"nothing to verify"/, () => '""'.padEnd(19 - commit.length)],
      );
    });
    const result = await proveBuilt(hasty, pathNamed("app"), { seed: 1, cuts: 1 });
    expect(kinds(result)).toContain("downgrade");
  });

  it("when the agent writes to the slot that runs", async () => {
    const wrong = await withAgent((agent) =>
      broken(agent, [/1-\((\w\?\w\.app:\w\.agent)\)/, (_, slot) => `0+(${slot})`]),
    );
    expect(kinds(await proveBuilt(wrong, pathNamed("app"), { seed: 1, cuts: 2 }))).toContain("outside");
  });
});
