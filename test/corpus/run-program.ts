import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { linux } from "../../boards/linux.js";
import { manualClock } from "../../src/board/manual-clock.js";
import { bundleScript } from "../../src/espruino/build/bundle.js";
import { refusedByEngine } from "../../src/espruino/build/dialect.js";
import { packageRoot } from "../../src/node/package-root.js";
import { boardWith } from "../support/firmware-board.js";
import { networkStandIn } from "./stand-ins/network.js";
import { storageStandIn } from "./stand-ins/storage.js";

/** How long a program may go on, ms of its own time. */
const durationMs = 1000;

const standIn = (name: string) => readFileSync(join(packageRoot(), "test/corpus/stand-ins", name), "utf8");

/** The program as `sluice build` makes it. */
export async function built(entry: string): Promise<string> {
  const { code } = await bundleScript({ entry, kind: "app", board: linux });
  return code;
}

/**
 * What the program prints by the language: bundled for Node without any rewriting, its timers on a clock of their own. Of
 * the engine it has `print`, timers, a little of `E`, and stand-ins for pins, Storage, `net` and `http`.
 */
export async function inNode(entry: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    external: ["Storage"],
    treeShaking: false,
    nodePaths: [join(resolve(dirname(entry)), "modules")],
    footer: { js: 'typeof onInit === "function" && E.on("init", onInit);' },
  });
  const lines: string[] = [];
  const init: (() => void)[] = [];
  const clock = manualClock();
  const timers = new Map<number, () => void>();
  let last = 0;
  const start =
    (repeat: boolean) =>
    (job: (...given: unknown[]) => void, ms: number, ...given: unknown[]) => {
      const id = ++last;
      const again = () => {
        if (repeat) timers.set(id, clock.after(ms, again));
        else timers.delete(id);
        job(...given);
      };
      timers.set(id, clock.after(ms, again));
      return id;
    };
  const stop = (id: number) => timers.get(id)?.();
  const print = (...values: unknown[]) => lines.push(values.join(" "));
  const soon = (job: () => void) => void clock.after(1, job);
  const libraries: Record<string, unknown> = { ...networkStandIn(soon), Storage: storageStandIn() };
  const pins = Array.from({ length: 40 }, (_, pin) => [`D${pin}`, `D${pin}`]);
  const world = {
    ...Object.fromEntries(pins),
    module: {},
    exports: {},
    require: (name: string) => libraries[name],
    getTime: () => clock.now() / 1000,
    print,
    console: { log: print },
    setTimeout: start(false),
    setInterval: start(true),
    clearTimeout: stop,
    clearInterval: stop,
    E: {
      on: (_event: "init", job: () => void) => init.push(job),
      clip: (value: number, least: number, most: number) => Math.min(Math.max(value, least), most),
    },
  };
  const context = createContext(world);
  runInContext(standIn("pins.js"), context);
  runInContext(outputFiles[0]?.text ?? "", context);
  for (const job of init) job();
  for (let ms = 0; ms < durationMs; ms++) {
    // Promises first.
    await setImmediate();
    clock.advance(1);
  }
  return lines;
}

/**
 * What the built program prints on the virtual board, which refuses what the engine's dialect lacks.
 * @param lines how many are expected: sockets take real time
 */
export async function onVirtualBoard(code: string, lines: number): Promise<readonly string[]> {
  const clock = manualClock();
  const board = boardWith(code, { clock, dialectCheck: refusedByEngine });
  await board.start();
  for (let ms = 0; ms < durationMs; ms += 5) {
    await setImmediate();
    clock.advance(5);
  }
  const deadline = performance.now() + 5000;
  while (board.console.length < lines && performance.now() < deadline) await setImmediate();
  await board.stop();
  return board.console;
}

/** What the built program prints on the real engine. */
export function onEngine(engine: string, code: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "sluice-corpus-"));
  try {
    // A mark in front of each line: the engine's console has more to print.
    const script = `${standIn("pins.js")}
${standIn("engine-network.js")}
(function (print) {
${code}
})(function () { print("@" + [].slice.call(arguments).join(" ")); });
E.emit("init");
setTimeout(quit, ${durationMs});`;
    writeFileSync(join(folder, "main.js"), script);
    const { stdout } = spawnSync(engine, ["main.js"], {
      cwd: folder,
      encoding: "latin1",
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    return [...stdout.matchAll(/@([^\r\n]*)/g)].map(([, line]) => line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
