import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Board } from "../../boards/index.js";
import { makeFlash } from "../../src/board/board-flash.js";
import { Storage } from "../../src/board/storage.js";
import { espruinoC3, espruinoEsp32, tgz } from "../support/espruino-package.js";
import { serveSerial } from "../support/model-line.js";
import { sluice } from "../support/run-verb.js";
import { esp32, witness } from "../support/test-bundles.js";

/** The builds themselves, but each only once: three commands here would make the same agent three times. */
vi.mock(import("../../src/espruino/build/bundle.js"), async (original) => {
  const real = await original();
  const made = new Map<string, Promise<unknown>>();
  const once = <T>(what: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(what) as Promise<T> | undefined;
    const promise = known ?? make();
    made.set(what, promise);
    return promise;
  };
  return {
    ...real,
    buildAgent: (board: Board) => once(`agent ${board.id}`, () => real.buildAgent(board)),
    buildLoader: (board: Board) => once(`loader ${board.id}`, () => real.buildLoader(board)),
  };
});

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-flash-"));
  await writeFile(path("espruino.tgz"), tgz(espruinoEsp32()));
  await writeFile(path("c3.tgz"), tgz(espruinoC3()));
  await writeFile(path("first.app"), await witness());
  await writeFile(path("password"), "admin\n");
  await writeFile(path("wifi"), "tomatoes!\n");
});
afterAll(() => rm(folder, { recursive: true }));

const whole = (): string[] => [
  ...["--board", "esp32-devkit", "--firmware", path("espruino.tgz"), "--app", path("first.app")],
  ...["--password-file", path("password"), "--hostname", "shed"],
  ...["--window", "Mo-Fr 10:00-12:00", "--time-zone", "CET-1CEST,M3.5.0,M10.5.0/3"],
  ...["--wifi-ssid", "Garden", "--wifi-password-file", path("wifi")],
];

describe("sluice flash", () => {
  test("a new board: plan, flash, and the same command once more", async () => {
    const planned = await sluice("flash", ...whole(), "--dry-run", "--json");
    const plan = JSON.parse(planned.out);
    expect([planned.code, plan.board, plan.parts.length]).toEqual([0, "esp32-devkit", 6]);
    const flash = makeFlash(esp32);
    const server = await serveSerial("esp32", flash);
    const port = ["--port", `socket://127.0.0.1:${server.port}`];
    try {
      const first = await sluice("flash", ...whole(), ...port);
      expect([first.code, first.out]).toEqual([0, ""]);
      expect(first.err).toMatch(/ESP32 with 4096 KB[\s\S]*Writing boot loader[\s\S]*Done: \d+ bytes/);
      // The plan that was shown is what is on the chip.
      const again = await sluice("flash", ...whole(), ...port, "--json");
      const events = again.out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const total = plan.parts.reduce((sum: number, { size }: { size: number }) => sum + size, 0);
      expect(events.at(-1)).toEqual({ event: "done", written: 0, same: total });
    } finally {
      await server.close();
    }
    const { offset, size } = esp32.espruino?.storage ?? { offset: 0, size: 0 };
    const storage = new Storage(flash, offset, size);
    const text = (name: string): string => Buffer.from(storage.read(name) ?? "").toString();
    expect(JSON.parse(text(".wificfg"))).toMatchObject({ ssid: "Garden", password: "tomatoes!" });
    // A hash only, and no MD5 where the MD5 dialect was not chosen.
    expect(JSON.parse(text("sluice.cfg"))).toMatchObject({
      md5: "",
      sha256: "8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918",
      auth: "pbkdf2",
      host: "shed",
      window: "Mo-Fr 10:00-12:00",
      zone: "CET-1CEST,M3.5.0,M10.5.0/3",
    });
    expect(Buffer.from(flash.read(0, flash.size)).includes("admin")).toBe(false);
  });

  test("a dry run of a recovery needs no password, and says that Storage is read first", async () => {
    const { code, out } = await sluice("flash", "--board", "esp32-devkit", "--recover", "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/0x8000 [\s\S]*0xc000 [\s\S]*read from the board first[\s\S]*Nothing was written/);
  });

  test.each([
    ["another chip's firmware", () => ["--firmware", path("c3.tgz")], "BAD_FIRMWARE_PACKAGE"],
    ["a firmware that is not there", () => ["--firmware", path("none.tgz")], "FILE_NOT_READABLE"],
    ["an app that is none", () => ["--app", path("espruino.tgz")], "WRONG_KIND"],
    ["a Wi-Fi password without a network", () => ["--wifi-password-file", path("wifi")], "BAD_WIFI_SETTINGS"],
    ["no password", () => [], "NO_PASSWORD_SET"],
  ])("%s is refused before the port is opened", async (_what, args, wanted) => {
    // Whoever opened this port would fail with PORT_NOT_OPENED.
    const { code, err } = await sluice("flash", "--board", "esp32-devkit", "--port", "/dev/none", ...args());
    expect([code, err]).toEqual([1, expect.stringMatching(new RegExp(`^(${wanted}): `))]);
  });

  test.each([
    ["/dev/sluice-has-no-such-port", /PORT_NOT_OPENED: .*not there/],
    ["/dev/null", /PORT_NOT_OPENED: .*no serial port/],
    ["socket://nonsense", /PORT_NOT_OPENED: .*socket:\/\/host:port/],
  ])("%s is no port of a board", async (port, wanted) => {
    const { code, err } = await sluice("flash", "--board", "esp32-devkit", "--open", "--port", port);
    expect([code, err]).toEqual([1, expect.stringMatching(wanted)]);
  });

  test("--running asks the board first, and needs npm's espruino for it", async () => {
    const running = ["--running", "--board", "esp32-devkit", "--password-file", path("password")];
    const before = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      const missing = await sluice("flash", ...running, "--port", "tcp://127.0.0.1");
      expect([missing.code, missing.err]).toEqual([1, expect.stringContaining("ESPRUINO_TOOLS_MISSING")]);
      const facts = { board: "ESP32", version: "2v25", files: 0, boot: 0 };
      await writeFile(path("espruino-cli.js"), `console.log('#sluice ${JSON.stringify(facts)}')`);
      await symlink(path("espruino-cli.js"), path("espruino"));
      const old = await sluice("flash", ...running, "--port", "tcp://127.0.0.1", "--json");
      expect(old.code).toBe(1);
      expect(old.out + old.err).toMatch(/ESPRUINO_TOO_OLD[\s\S]*2v25; 2v26 or newer is needed/);
    } finally {
      process.env["PATH"] = before;
    }
    expect(
      (await sluice("flash", ...running, "--port", "COM3", "--firmware", path("espruino.tgz"))).code,
    ).toBe(2);
  });

  test("--list", async () => {
    const { code, out } = await sluice("flash", "--list", "--json");
    expect([code, Array.isArray(JSON.parse(out))]).toEqual([0, true]);
  });

  test.each([
    [["--board", "esp32-devkit"]],
    [["--port", "/dev/ttyUSB0"]],
    [["--board", "esp32-devkit", "--port", "x", "--baud", "fast"]],
    [["--board", "esp32-devkit", "--port", "x", "--erase", "--recover"]],
    [["--board", "esp32-devkit", "--browser", "--port", "x"]],
    [["--board", "esp32-devkit", "--port", "x", "--password", "secret"]],
    [["--board", "esp32-devkit", "--port", "x", "--open", "--window", "office hours"]],
    [["--board", "esp32-devkit", "--port", "x", "--open", "--time-zone", "Europe/Berlin"]],
    [["--board", "esp32-devkit", "--port", "x", "--flash-mode", "spi"]],
  ])("%j is a wrong call", async (args) => {
    expect((await sluice("flash", ...args)).code).toBe(2);
  });
});
