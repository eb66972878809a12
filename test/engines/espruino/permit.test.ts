import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { judgePolicy } from "../../../src/core/policy/policy.js";
import { bundleScript } from "../../../src/espruino/build/bundle.js";
import { UploadError, uploadImage } from "../../../src/host/index.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { boardOfEngine, EngineBoard, engine, password, plain } from "./engine-board.js";

const board = engine === "" ? linux : boardOfEngine();
const espotaPy = process.env["ESPOTA"] ?? "";
const onEngine = test.skipIf(engine === "");

async function refused(it: EngineBoard, image: Uint8Array): Promise<UploadError> {
  const why = await uploadImage({ image, to: it.target, password, retries: 0 }).catch((error) => error);
  expect(why).toBeInstanceOf(UploadError);
  return why;
}

/** Two hours from now until three, as a window in UTC. */
function later(): string {
  const hour = (ahead: number) => `${(new Date().getUTCHours() + ahead) % 24}:00`;
  return `${hour(2)}-${hour(3)}`;
}

/** What the real espota.py prints when it is refused. */
async function saidByEspota(it: EngineBoard): Promise<string> {
  const file = join(it.folder, "plain-2.app");
  writeFileSync(file, await plain(board, "2.0.0"));
  const args = [espotaPy, "-i", "127.0.0.1", "-p", String(it.port), "-f", file, "-a", password];
  const run = promisify(execFile)("python3", args, { timeout: 60_000 });
  return run.then(() => "it was accepted").catch(({ stderr }: { stderr: string }) => stderr);
}

onEngine("outside its window the real engine refuses, nothing restarts, and says when it opens", async () => {
  const window = later();
  const it = await EngineBoard.start(board, await plain(board, "1.0.0"), { window });
  try {
    await it.wait("ready");
    const why = await refused(it, await plain(board, "2.0.0"));
    expect(why.code).toBe("OUTSIDE_WINDOW");
    expect(why.message).toMatch(/opens in (1 h( \d+ min)?|2 h); updates are allowed /);
    expect(why.message).toContain(`updates are allowed ${window} UTC`);
    if (espotaPy !== "") expect(await saidByEspota(it)).toMatch(/ERR: opens in (1 h|2 h)/);
    expect(
      it.events.map(({ event }) => event).filter((event) => /safe|restart|progress/.test(event)),
    ).toEqual([]);
  } finally {
    await it.stop();
  }
});

onEngine("inside its window, and armed by its application, it updates", async () => {
  const open = await EngineBoard.start(board, await plain(board, "1.0.0"), { window: "0:00-24:00" });
  try {
    await open.wait("ready");
    await uploadImage({ image: await plain(board, "2.0.0"), to: open.target, password });
    expect(await open.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
  } finally {
    await open.stop();
  }
  const armed = await EngineBoard.start(board, await plain(board, "1.0.0", "arms"));
  try {
    await armed.wait("ready");
    const image = await plain(board, "2.0.0", "arms");
    expect((await refused(armed, image)).code).toBe("NOT_ARMED");
    await armed.wait("armed", { ms: 60_000 });
    await uploadImage({ image, to: armed.target, password });
    expect(await armed.wait("disarmed")).toMatchObject({ why: "done" });
    const confirmed = await armed.wait("confirmed");
    expect(confirmed).toMatchObject({ app: "plain@2.0.0" });
    expect((await refused(armed, await plain(board, "3.0.0", "arms"))).code).toBe("NOT_ARMED");
  } finally {
    await armed.stop();
  }
});

const zones = ["", "+05:45", "CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"];
const windows = ["Mo-Fr 10:00-12:00", "Su 2:15-2:45, 22:00-4:00; We 8:00-9:00", "never", "office hours"];

onEngine("the real engine counts hours, weeks and summer time as Node does", async () => {
  const moments = Array.from({ length: 60 }, (_, i) => Date.UTC(2026, 0, 1) / 1000 + i * 1_234_567 + i / 4);
  const expected = zones.flatMap((zone) =>
    windows.flatMap((window) =>
      moments.map((at) => {
        const { refused: why, wrong } = judgePolicy({ window, zone, button: false }, at, false);
        return `${why?.code} ${why?.text} ${why?.seconds} ${wrong}`;
      }),
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), "sluice-permit-"));
  try {
    const entry = join(folder, "main.ts");
    const source = `
      import { judgePolicy } from ${JSON.stringify(join(packageRoot(), "src/core/policy/policy.js"))};
      for (const zone of ${JSON.stringify(zones)}) for (const window of ${JSON.stringify(windows)})
        for (const at of ${JSON.stringify(moments)}) {
          const said = judgePolicy({ window: window, zone: zone, button: false }, at, false);
          const why = said.refused;
          const text = why === undefined ? "undefined undefined undefined" : why.code + " " + why.text + " " + why.seconds;
          print("#" + text + " " + said.wrong);
        }
      quit();`;
    writeFileSync(
      entry,
      `declare function print(text: string): void; declare function quit(): void;${source}`,
    );
    const { code } = await bundleScript({ entry, kind: "app", board: linux });
    writeFileSync(join(folder, "script.js"), code);
    const out = execFileSync(resolve(engine), ["script.js"], {
      cwd: folder,
      encoding: "latin1",
      timeout: 120_000,
    });
    const said = out
      .split("\n")
      .flatMap((line) => (line.includes("#") ? [line.trim().replace(/^.*#/, "")] : []));
    expect(said).toEqual(expected.map((text) => text.trim()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
