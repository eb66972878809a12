import { copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomFrom } from "./cuts/random.js";
import { type CutResult, CutScene } from "./cuts/scene.js";
import { type WayName, wayNames } from "./cuts/ways.js";
import { isSet } from "./esp32-board.js";

// `npm run prove:esp32 -- --cuts N [--seed S] [--way push|page|pull|firmware|all]`: docs/esp32-emulated.md.
const { values } = parseArgs({
  options: {
    cuts: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    way: { type: "string", default: "all" },
  },
});
const chosen = values.way === "all" ? wayNames : wayNames.filter((name) => name === values.way);
const cuts = Number(values.cuts);

if (!isSet) {
  console.log(
    "skipped: ESP32_QEMU and ESPRUINO_ESP32 name no emulator and no firmware (docs/esp32-emulated.md)",
  );
} else if (chosen.length === 0 || !Number.isInteger(cuts) || cuts < 1) {
  console.error(`--way takes ${wayNames.join(", ")} or all; --cuts a number`);
  process.exitCode = 2;
} else {
  const results = await prove(chosen, cuts, Number(values.seed));
  console.log(table(chosen, results));
  const lost = results.filter(({ ran }) => ran === undefined).length;
  console.log(`\n${results.length} cuts, ${lost} boards lost`);
  process.exitCode = lost === 0 ? 0 : 1;
}

async function prove(ways: readonly WayName[], count: number, seed: number): Promise<CutResult[]> {
  const random = randomFrom(seed);
  const results: CutResult[] = [];
  let scene = await CutScene.start(random);
  try {
    const seconds = new Map<WayName, number>();
    for (const way of ways) {
      const took = await scene.whole(way);
      seconds.set(way, took);
      console.log(`${way}: ${took.toFixed(1)} s from start to confirmed, uncut`);
    }
    for (let i = 0; i < count; i++) {
      const way = ways[i % ways.length] ?? "push";
      const result = await scene.cut(way, seconds.get(way) ?? 20);
      results.push(result);
      console.log(line(results.length, result));
      if (result.ran !== undefined) continue;
      const kept = join(tmpdir(), `sluice-lost-${seed}-${results.length}.bin`);
      copyFileSync(scene.it.flash, kept);
      console.log(`${scene.it.console.slice(-30).join("\n")}\nflash kept as ${kept}`);
      await scene.stop();
      scene = await CutScene.start(random);
    }
  } finally {
    await scene.stop();
  }
  return results;
}

function line(number: number, { way, after, during, ran, problem, stalls }: CutResult): string {
  const more = stalls > 0 ? `, ${stalls} starts stood still in the emulator` : "";
  const again = problem === "" ? "" : `, next update taken after: ${problem}`;
  const came = ran === undefined ? `LOST: ${problem}` : `${ran} version${again}`;
  return `${number}. ${way}, cut after ${after.toFixed(2)} s (${during}): ${came}${more}`;
}

function table(ways: readonly WayName[], results: readonly CutResult[]): string {
  const rows = ways.map((way) => {
    const of = results.filter((one) => one.way === way);
    const count = (ran: CutResult["ran"]) => of.filter((one) => one.ran === ran).length;
    return `| ${way} | ${of.length} | ${count("old")} | ${count("new")} | ${count(undefined)} |`;
  });
  return ["", "| way in | cuts | old version | new version | lost |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}
