import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "../../src/cli/main.js";
import { espruinoC3, espruinoEsp8266, tgz } from "../support/espruino-package.js";
import { buildUser, esp32OfSize } from "../support/images.js";
import { firmware, password, withNativeBoard } from "../support/native-board.js";
import { boardNamed } from "../support/test-bundles.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-native-"));
  await writeFile(join(folder, "password"), `${password}\n`);
});

afterEach(() => rm(folder, { recursive: true }));

async function sluice(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const seen = { out: "", err: "" };
  const take = (name: "out" | "err") => (text: string | Uint8Array) => {
    seen[name] += String(text);
    return true;
  };
  const out = vi.spyOn(process.stdout, "write").mockImplementation(take("out"));
  const err = vi.spyOn(process.stderr, "write").mockImplementation(take("err"));
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await main(["node", "sluice", ...args]);
    return { ...seen, code: process.exitCode };
  } finally {
    process.exitCode = before;
    out.mockRestore();
    err.mockRestore();
  }
}

const name = "espruino_2v29_esp8266_4mb";

async function packed(version: number, more: Record<string, Uint8Array> = {}): Promise<string> {
  const { user1, user2 } = firmware(version);
  const files = {
    ...espruinoEsp8266(6, name),
    [`${name}/espruino_esp8266_user1.bin`]: user1,
    [`${name}/espruino_esp8266_user2.bin`]: user2,
    ...more,
  };
  const file = join(folder, `${name}.tgz`);
  await writeFile(file, tgz(files));
  return file;
}

test("Espruino's package goes to whichever slot is free, with the warning first", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    const where = [
      "--to",
      `127.0.0.1:${board.virtual.udpPort}`,
      "--native-port",
      `${board.virtual.nativePort}`,
      "--password-file",
      join(folder, "password"),
    ];
    const there = await sluice("upload", await packed(2), ...where);
    expect([there.code, there.out]).toEqual([0, ""]);
    expect(there.err).toMatch(/^Warning: port \d+: Espruino on the ESP8266 takes firmware .* from anyone/);
    expect(there.err).toContain("user2 runs, and the agent answers under it");
    expect(board.holds(2, firmware(2).user2)).toBe(true);
    await board.wait("confirmed");

    const back = await sluice("upload", await packed(3), "--json", ...where);
    const events = back.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).event);
    expect(back.code).toBe(0);
    expect(events[0]).toBe("open-port");
    expect(events).toContain("other-slot");
    expect(events.at(-1)).toBe("native-runs");
    expect(board.holds(1, firmware(3).user1)).toBe(true);

    // One image alone, for the slot that runs now.
    await board.settled(board.events.findIndex(({ event }) => event === "homecoming"));
    await writeFile(join(folder, "user1.bin"), firmware(4).user1);
    const one = await sluice("upload", join(folder, "user1.bin"), "--quiet", ...where);
    expect([one.code, one.err]).toEqual([1, expect.stringMatching(/NEEDS_BOTH_SLOTS: .*wants user2\.bin/)]);
  }));

test("what does not suit is refused before anything is sent", async () => {
  const upload = async (file: string, ...more: string[]) =>
    (await sluice("upload", file, "--to", "127.0.0.1:9", "--quiet", ...more)).err;
  const other = await packed(2, espruinoC3());
  expect(await upload(other)).toMatch(/NEEDS_BOARD/);
  expect(await upload(other, "--board", "nano")).toMatch(/UNKNOWN_BOARD/);
  expect(await upload(other, "--board", "esp8266-512k")).toMatch(/BAD_FIRMWARE_PACKAGE|NO_FIRMWARE_SLOT/);
  const file = join(folder, "user.bin");
  await writeFile(file, buildUser({ sizeCode: 0, slot: 2, iromLength: 4096 }));
  expect(await upload(file)).toMatch(/WRONG_BOARD: The firmware was built for another flash map/);
  const spoiled = buildUser({ sizeCode: 6, slot: 2, iromLength: 4096 });
  spoiled[3000] ^= 1;
  await writeFile(file, spoiled);
  expect(await upload(file)).toMatch(/CORRUPT_IMAGE/);
  expect(await upload(file, "--board", "esp8266-1mb")).toMatch(/NO_FIRMWARE_SLOT/);
  await writeFile(file, buildUser({ sizeCode: 6, slot: 2, iromLength: 900_000 }));
  expect(await upload(file)).toMatch(/NOT_ENOUGH_SPACE/);
});

test("an ESP32's firmware that the board's layout has no room for is refused before anything is sent", async () => {
  const own = esp32OfSize(5, boardNamed("esp32c3-devkit").espruino?.firmwareSize ?? 0);
  const bare = join(folder, "espruino-esp32c3.bin");
  await writeFile(bare, own);
  const whole = join(folder, "espruino_2v29_esp32c3.tgz");
  await writeFile(whole, tgz({ ...espruinoC3(), "espruino_2v29_esp32c3/espruino-esp32c3.bin": own }));
  const upload = async (file: string, board: string) =>
    (await sluice("upload", file, "--to", "127.0.0.1:9", "--quiet", "--no-wait", "--board", board)).err;
  for (const file of [bare, whole]) {
    expect(await upload(file, "esp32c3-ota")).toMatch(
      /NOT_ENOUGH_SPACE: esp32c3-ota does not take .* 1687248 bytes, ota_0 1572864; it fits .*esp32c3-8mb-ota/,
    );
    expect(await upload(file, "esp32c3-devkit")).toMatch(/NOT_ENOUGH_SPACE: .* one slot.*esp32c3-8mb-ota/);
    expect(await upload(file, "esp32s3-ota")).toMatch(/WRONG_BOARD|BAD_FIRMWARE_PACKAGE/);
  }
  expect(await upload(bare, "esp32c3-8mb-ota")).not.toContain("NOT_ENOUGH_SPACE");
});
