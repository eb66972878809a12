import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { makeFlash } from "../../../src/board/board-flash.js";
import { Storage } from "../../../src/board/storage.js";
import { nameOf } from "../../../src/board/storage-walk.js";
import { buildBundle } from "../../../src/espruino/build/bundle.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { boardOfEngine, EngineBoard, engine } from "./engine-board.js";

const board = engine === "" ? linux : boardOfEngine();
const onEngine = test.skipIf(engine === "");

async function logger(): Promise<EngineBoard> {
  const dev = join(packageRoot(), "test/devs-fixtures/logger");
  const it = await EngineBoard.start(board, (await buildBundle({ dev, board })).bytes);
  await it.wait("ready");
  return it;
}

/** What the chip holds. */
function storageOf(it: EngineBoard): Storage {
  const flash = makeFlash(board, new Uint8Array(readFileSync(join(it.folder, "espruino.flash"))));
  const { offset, size } = board.espruino?.storage ?? { offset: 0, size: 0 };
  return new Storage(flash, offset, size);
}

/** Types an expression; its value comes back as an event. */
async function evaluated(it: EngineBoard, expression: string): Promise<unknown> {
  const from = it.events.length;
  it.type(
    `print('sluice '+JSON.stringify({event:"value",value:(function(){try{return ${expression}}catch(e){return e.toString()}})()}))`,
  );
  return (await it.wait("value", {}, from))["value"];
}

onEngine("a program that logs fills Storage many times over, and the engine never compacts", async () => {
  const it = await logger();
  try {
    const loader = storageOf(it).read(".boot0");
    let starts = 0;
    for (let round = 1; round <= 12; round++) {
      it.type("logs(200)");
      await it.wait("logged", { count: (round - starts) * 200 });
      expect(storageOf(it).isValid()).toBe(true);
      if (round === 6) {
        // A restart in between: nothing is there but flash.
        await it.powerCycle();
        await it.wait("ready", {}, it.events.length);
        starts = 6;
      }
    }
    const storage = storageOf(it);
    expect(storage.read(".boot0")).toEqual(loader);
    expect(Buffer.from(storage.read("kept") ?? "").toString()).toBe("as it was");
    // The engine's compaction drops what is hidden.
    expect([...storage.files()].map(({ name }) => nameOf(name))).toContain("sluice.app");
    expect(it.said).not.toContain("Compacting");
    expect(it.events.filter(({ event }) => event === "app-error" || event === "restart")).toEqual([]);
    expect(await evaluated(it, 'require("Storage").readJSON("beds")')).toEqual({
      count: 1200,
      zones: ["a", "b"],
    });
    expect(await evaluated(it, 'require("Storage").read("state").length')).toBe(400);
  } finally {
    await it.stop();
  }
});

onEngine("what is not the application's is refused, whatever drive it is given", async () => {
  const it = await logger();
  try {
    const before = storageOf(it).list();
    for (const name of ["sluice", ".boot0", "sluice.cfg", "sluice.end", "C:.boot0", ".bootcde", ".varimg"]) {
      const wanted = `Error: Storage: ${name.replace("C:", "")} is not the application's`;
      expect(await evaluated(it, `require("Storage").write(${JSON.stringify(name)},"x")`)).toBe(wanted);
      expect(await evaluated(it, `require("Storage").erase(${JSON.stringify(name)})`)).toBe(wanted);
      expect(await evaluated(it, `require("Storage").writeJSON(${JSON.stringify(name)},{})`)).toBe(wanted);
    }
    for (const code of ['E["setBoot"+"Code"]("x",true)', 'global["sa"+"ve"]()', "save()"])
      expect(await evaluated(it, code)).toMatch(/^Error: Function "\w+" not found!/);
    expect(storageOf(it).list()).toEqual(before);
    const big = await evaluated(it, 'require("Storage").write("big","x",0,900000)');
    expect(big).toMatch(/Storage is full/);
  } finally {
    await it.stop();
  }
});

onEngine("eraseAll takes the application's files only, compact none", async () => {
  const it = await logger();
  try {
    it.type("logs(50)");
    await it.wait("logged", { count: 50 });
    const loader = storageOf(it).read(".boot0");
    await evaluated(it, 'require("Storage").compact()');
    expect(await evaluated(it, 'require("Storage").getStats().trashBytes')).toBe(0);
    expect(await evaluated(it, 'require("Storage").read("kept")')).toBe("as it was");
    await evaluated(it, 'require("Storage").eraseAll()');
    const storage = storageOf(it);
    expect(storage.isValid()).toBe(true);
    expect(storage.list().map(({ name }) => name)).toEqual(["sluice", ".boot0", "sluice.cfg"]);
    expect(storage.read(".boot0")).toEqual(loader);
    const from = await it.powerCycle();
    expect(await it.wait("ready", {}, from)).toMatchObject({ app: "logger@1.0.0" });
  } finally {
    await it.stop();
  }
});

onEngine("what is written as arrays, objects and in pieces reads as the engine writes it", async () => {
  const it = await logger();
  try {
    const s = 'require("Storage")';
    for (const [data, wanted] of [
      ['"text"', "text"],
      ["[65,66,[67,68]]", "ABCD"],
      ["new Uint8Array([65,66])", "AB"],
      ["new Uint8Array([65,66,67]).buffer", "ABC"],
      ['{a:1,b:"c"}', '{"a":1,"b":"c"}'],
    ]) {
      expect(await evaluated(it, `${s}.write("w",${data})`)).toBe(true);
      expect(await evaluated(it, `${s}.read("w")`)).toBe(wanted);
    }
    expect(await evaluated(it, `${s}.write("p","Hello",0,14)`)).toBe(true);
    expect(await evaluated(it, `${s}.write("p"," World",5)`)).toBe(true);
    expect(await evaluated(it, `${s}.read("p",0,11)`)).toBe("Hello World");
    expect(await evaluated(it, `${s}.write("p",undefined)`)).toMatch(/^Error/);
  } finally {
    await it.stop();
  }
});
