import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Board, findBoard } from "../../boards/index.js";
import { makeFlash } from "../board/board-flash.js";
import { eventLine, formatLine, type Line } from "../board/event-line.js";
import { VirtualBoard } from "../board/virtual-board.js";
import { SluiceError } from "../errors/sluice-error.js";
import { buildAgent, buildBundle } from "../espruino/build/bundle.js";
import { refusedByEngine } from "../espruino/build/dialect.js";
import { chipImage } from "../espruino/provision.js";
import { type UploadEvent, uploadImage } from "../host/index.js";
import { packageRoot } from "../node/package-root.js";

/** What the demo found out; a test and `npm start` look at the same. */
export interface DemoResult {
  readonly before: string;
  readonly after: string;
  /** Litres that ran between "safe" and the restart into the new version. */
  readonly litresWhileSafe: number;
  readonly blocksErased: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

const boardId = "esp32-devkit";
/** Longest wait for anything, ms. */
const patienceMs = 15_000;

/**
 * The whole way once: garden 1.0.0 waters a zone on a virtual ESP32, garden 2.0.0 is sent with a password, the valves
 * close first, the new version runs and confirms itself.
 * @param password any; it lives as long as the demo
 */
export async function runDemo(password: string, print: (line: string) => void): Promise<DemoResult> {
  const started = performance.now();
  const show = (line: Line | undefined): void => {
    if (line !== undefined) print(formatLine(performance.now() - started, line));
  };
  const { board, old, next, agent, wiring } = await buildGardens();
  show({
    who: "build",
    what: `garden 1.0.0 (${old.length} bytes), garden 2.0.0 (${next.length} bytes)`,
  });

  const content = await chipImage(board, { agent, app: old, password });
  let over = false;
  const virtual = new VirtualBoard({
    board,
    flash: makeFlash(board, content),
    dialectCheck: refusedByEngine,
    bench: wiring,
    onEvent: (event) => {
      if (!over) show(eventLine(event));
    },
  });
  const bench = virtual.bench;
  if (bench === undefined) throw new Error("the garden's bench is missing");
  try {
    await virtual.start();
    const ready = await virtual.waitFor("ready", patienceMs, 0);
    show({ who: "you", what: "press the button in the garden: zone 2 by hand" });
    const open = virtual.waitFor(
      (event) => event.event === "valve" && event["state"] === "open",
      patienceMs,
      virtual.events.length,
    );
    bench.press();
    await open;
    const erasedBefore = erasesOf(virtual);
    let litresAtSafe = 0;
    let litresAtRestart = 0;
    const stop = virtual.listen((event) => {
      if (event.event === "safe") litresAtSafe = bench.totalLitres;
      if (event.event === "reset") litresAtRestart = bench.totalLitres;
    });
    show({ who: "you", what: `sluice upload garden-2.0.0.app --to 127.0.0.1:${virtual.udpPort}` });
    const confirmed = virtual.waitFor("confirmed", patienceMs * 2);
    confirmed.catch(() => undefined);
    await uploadImage({
      image: next,
      to: { host: "127.0.0.1", port: virtual.udpPort ?? 0 },
      password,
      onEvent: (event) => show(uploadLine(event)),
    });
    const after = await confirmed;
    stop();
    return {
      before: String(ready["app"]),
      after: String(after["app"]),
      litresWhileSafe: litresAtRestart - litresAtSafe,
      blocksErased: erasesOf(virtual) - erasedBefore,
      bytes: next.length,
      milliseconds: performance.now() - started,
    };
  } finally {
    over = true;
    await virtual.stop();
  }
}

/** What both demos run: the garden in two versions and the agent, for their board, and what stands around it. */
export async function buildGardens(): Promise<{
  readonly board: Board;
  /** garden 1.0.0. */
  readonly old: Uint8Array;
  /** garden 2.0.0. */
  readonly next: Uint8Array;
  readonly agent: Uint8Array;
  /** The parsed wiring.json. */
  readonly wiring: unknown;
}> {
  const board = findBoard(boardId);
  if (board?.espruino === undefined) throw new SluiceError("UNKNOWN_BOARD", `${boardId} is missing`);
  const dev = join(packageRoot(), "devs/garden");
  const old = await buildBundle({ dev, manifest: join(dev, "release-1.0.0.json"), board });
  const next = await buildBundle({ dev, board });
  const agent = await buildAgent(board);
  const wiring: unknown = JSON.parse(readFileSync(join(dev, "wiring.json"), "utf8"));
  return { board, old: old.bytes, next: next.bytes, agent: agent.bytes, wiring };
}

function erasesOf(virtual: VirtualBoard): number {
  return virtual.flash.erases.reduce((sum, erases) => sum + erases, 0);
}

/** The uploader's share of the timeline. */
function uploadLine(event: UploadEvent): Line | undefined {
  switch (event.event) {
    case "auth-asked":
      return { who: "upload", what: "the board asks for the password; a challenge goes back and forth" };
    case "waiting":
      return { who: "upload", what: "the board says OK" };
    case "result":
      return {
        who: "upload",
        what: `the board says OK, after ${(event.milliseconds / 1000).toFixed(1)} s in all`,
      };
    case "failed":
      return { who: "upload", what: `failed: ${event.text}` };
    default:
      return undefined;
  }
}
