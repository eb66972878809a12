import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { esp32Devkit } from "../../boards/esp32-devkit.js";
import { makeFlash } from "../../src/board/board-flash.js";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { buildAgent } from "../../src/espruino/build/bundle.js";
import { refusedByEngine } from "../../src/espruino/build/dialect.js";
import { chipImage } from "../../src/espruino/provision.js";
import { uploadImage } from "../../src/host/upload.js";
import { packageRoot } from "../../src/node/package-root.js";
import { pacedClock } from "../support/paced-clock.js";
import { sluice } from "../support/run-verb.js";

const patienceMs = 60_000;

test("docs/your-own-program.md: the program builds, is sent to a board, and is confirmed there", async () => {
  const page = readFileSync(join(packageRoot(), "docs/your-own-program.md"), "utf8");
  const [, program = ""] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const [, flags = ""] = /npx sluice init (.*)/.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), "sluice-door-"));
  const clock = pacedClock(2);
  const board = esp32Devkit;
  try {
    writeFileSync(join(folder, "door.js"), program);
    expect((await sluice("init", folder, ...flags.split(" "))).code).toBe(0);
    const file = join(folder, "door.app");
    expect((await sluice("build", folder, "-o", file)).code).toBe(0);
    const { bytes: agent } = await buildAgent(board);
    const flash = makeFlash(board, await chipImage(board, { agent, password: "secret" }));
    const virtual = new VirtualBoard({ board, flash, clock, dialectCheck: refusedByEngine });
    try {
      await virtual.start();
      await virtual.waitFor("ready", patienceMs, 0);
      const confirmed = virtual.waitFor("confirmed", patienceMs);
      const to = { host: "127.0.0.1", port: virtual.udpPort ?? 0 };
      await uploadImage({ image: readFileSync(file), to, password: "secret" });
      expect((await confirmed)["app"]).toBe("door@1.0.0");
      // Again: now the motor runs, and its own safe state comes first.
      virtual.run("digitalWrite(25, 1)", "console");
      const atSafe = virtual.waitFor("safe", patienceMs).then(() => virtual.pins.level(25));
      await uploadImage({ image: readFileSync(file), to, password: "secret" });
      expect(await atSafe).toBe(0);
    } finally {
      await virtual.stop();
    }
  } finally {
    clock.stop();
    rmSync(folder, { recursive: true });
  }
});
