import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { authResponse } from "../../src/host/espota/handshake.js";
import { espruinoC3, espruinoEsp32, tgz } from "../support/espruino-package.js";
import { FakeDevice, type FakeDeviceScript } from "../support/fake-device.js";
import { buildBundle, buildLittleFs, esp32OfSize, gzip } from "../support/images.js";
import { sluice } from "../support/run-verb.js";
import { boardNamed } from "../support/test-bundles.js";

let folder: string;
let device: FakeDevice;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-upload-"));
  await writeFile(join(folder, "image.app"), buildBundle({ payload: Buffer.alloc(3000 - 256, "0;") }));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function upload(script: FakeDeviceScript, ...args: string[]): ReturnType<typeof sluice> {
  device = await FakeDevice.start(script);
  try {
    return await sluice("upload", join(folder, "image.app"), "--to", `127.0.0.1:${device.port}`, ...args);
  } finally {
    await device.stop();
  }
}

const nonce = "25d55ad283aa400af464c76d713c07ad";
const guarded: FakeDeviceScript = {
  invitation: () => [`AUTH ${nonce}`],
  auth: (_n, cnonce, response) =>
    response === authResponse(nonce, cnonce, "admin", "md5") ? ["OK"] : ["Authentication Failed"],
};

describe("sluice upload", () => {
  test("sends the file and says so on stderr", async () => {
    const { code, out, err } = await upload({});
    expect([code, out]).toEqual([0, ""]);
    expect(err).toContain("100 %");
    expect(err).toMatch(/Done in /);
    expect(device.image).toHaveLength(3000);
  });

  test("--json --filesystem --dialect esp32", async () => {
    await writeFile(join(folder, "image.app"), Buffer.alloc(3000, 7));
    const { code, out } = await upload({}, "--json", "--filesystem", "--dialect", "esp32");
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, events[0].event, events.at(-1).event]).toEqual([0, "invited", "result"]);
    expect(events.find((event) => event.event === "progress" && event.sent > 0).sent).toBe(1024);
    expect(device.invitations[0]).toMatch(/^100 /);
  });

  test("password from a file, from the environment, and none", async () => {
    await writeFile(join(folder, "password"), "admin\n");
    expect((await upload(guarded, "--quiet", "--password-file", join(folder, "password"))).code).toBe(0);
    vi.stubEnv("SLUICE_PASSWORD", "admin");
    expect(await upload(guarded, "--quiet")).toEqual({ code: 0, out: "", err: "" });
    vi.stubEnv("SLUICE_PASSWORD", "wrong");
    const wrong = await upload(guarded, "--quiet");
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/^AUTH_FAILED: /);
    vi.stubEnv("SLUICE_PASSWORD", "");
    expect((await upload(guarded, "--quiet")).err).toMatch(/^PASSWORD_NEEDED: /);
  });

  test("a refusal is told with its remedy; --no-wait does not wait", async () => {
    const { code, err } = await upload(
      { invitation: () => ["ERR: closing valve 2, try again in 20 s\n"] },
      "--no-wait",
    );
    expect(code).toBe(1);
    expect(err).toMatch(/BOARD_REFUSED: .*closing valve 2, try again in 20 s\n {2}\S/);
  });

  test("outside the board's window it fails and says when that opens; --wait waits", async () => {
    const text = "opens in 1 s; updates are allowed Mo-Fr 10:00-12:00 UTC";
    const closed: FakeDeviceScript = { invitation: (n) => [n === 1 ? `ERR: ${text} (ERROR[36])\n` : "OK"] };
    const refused = await upload(closed);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringContaining(`OUTSIDE_WINDOW: The board answered: ${text}\n`),
    ]);
    const waited = await upload(closed, "--wait", "90s");
    expect(waited.code).toBe(0);
    expect(waited.err).toContain(`The board answered: ${text} Waiting for it, 90 s at most\n`);
    expect(waited.err.match(/Inviting/g)).toHaveLength(1);
  });

  test("files that cannot be sent", async () => {
    const missing = await sluice("upload", join(folder, "none.app"), "--to", "127.0.0.1");
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining("FILE_NOT_READABLE")]);
    await writeFile(join(folder, "empty.app"), "");
    const empty = await sluice("upload", join(folder, "empty.app"), "--to", "127.0.0.1");
    expect([empty.code, empty.err]).toEqual([1, expect.stringContaining("EMPTY_IMAGE")]);
    await writeFile(join(folder, "password"), "\n");
    const file = join(folder, "image.app");
    const password = join(folder, "password");
    const blank = await sluice("upload", file, "--to", "127.0.0.1", "--password-file", password);
    expect([blank.code, blank.err]).toEqual([1, expect.stringContaining("EMPTY_PASSWORD")]);
  });

  test.each([
    ["what is no image", "BAD_MAGIC_BYTE", Buffer.from("root:x:0:0:root:/root:/bin/bash\n"), []],
    ["a bundle as a filesystem", "WRONG_KIND", buildBundle(), ["--filesystem"]],
    ["a packed filesystem", "WRONG_KIND", gzip(buildLittleFs()), ["--filesystem"]],
    ["a filesystem as an application", "WRONG_KIND", buildLittleFs(), []],
    ["a bundle that is cut short", "CORRUPT_BUNDLE", buildBundle().slice(0, -1), []],
  ])("%s: refused before the board is invited", async (_, code, data, flags) => {
    await writeFile(join(folder, "image.app"), data);
    const result = await upload(guarded, ...flags);
    expect([result.code, result.err]).toEqual([1, expect.stringContaining(code)]);
    expect(device.invitations).toEqual([]);
  });

  test("of Espruino's package the firmware for the board named is sent", async () => {
    const files = espruinoEsp32();
    const file = join(folder, "espruino_2v29.tgz");
    await writeFile(file, tgz({ ...espruinoC3(), ...files }));
    device = await FakeDevice.start({});
    try {
      const to = ["--to", `127.0.0.1:${device.port}`, "--quiet"];
      expect((await sluice("upload", file, ...to)).err).toMatch(/^NEEDS_BOARD: /);
      expect((await sluice("upload", file, ...to, "--board", "nano")).err).toMatch(/^UNKNOWN_BOARD: /);
      expect(device.image).toHaveLength(0);
      expect((await sluice("upload", file, ...to, "--board", "esp32-devkit")).code).toBe(0);
      expect(device.image.equals(Buffer.from(files["espruino_2v29_esp32/espruino_esp32.bin"]))).toBe(true);
    } finally {
      await device.stop();
    }
  });

  test("firmware that the board's layout has no room for is refused before anything is sent", async () => {
    const own = esp32OfSize(5, boardNamed("esp32c3-devkit").espruino?.firmwareSize ?? 0);
    const bare = join(folder, "espruino-esp32c3.bin");
    await writeFile(bare, own);
    const whole = join(folder, "espruino_2v29_esp32c3.tgz");
    await writeFile(whole, tgz({ ...espruinoC3(), "espruino_2v29_esp32c3/espruino-esp32c3.bin": own }));
    const sent = async (file: string, board: string) =>
      (await sluice("upload", file, "--to", "127.0.0.1:9", "--quiet", "--no-wait", "--board", board)).err;
    for (const file of [bare, whole]) {
      expect(await sent(file, "esp32c3-ota")).toMatch(
        /NOT_ENOUGH_SPACE: esp32c3-ota does not take .* 1687248 bytes, ota_0 1572864; it fits .*esp32c3-8mb-ota/,
      );
      expect(await sent(file, "esp32c3-devkit")).toMatch(/NOT_ENOUGH_SPACE: .* one slot.*esp32c3-8mb-ota/);
      expect(await sent(file, "esp32s3-ota")).toMatch(/WRONG_BOARD|BAD_FIRMWARE_PACKAGE/);
    }
    expect(await sent(bare, "esp32c3-8mb-ota")).not.toContain("NOT_ENOUGH_SPACE");
  });

  test.each([
    [["upload"]],
    [["upload", "x.app"]],
    [["upload", "x.app", "--to", "10.0.0.7:99999"]],
    [["upload", "x.app", "--to", "a b"]],
    [["upload", "x.app", "--to", "10.0.0.7", "--host-port", "zero"]],
    [["upload", "x.app", "--to", "10.0.0.7", "--dialect", "avr"]],
    [["upload", "x.app", "--to", "10.0.0.7", "--wait", "soon"]],
    [["upload", "x.app", "--to", "10.0.0.7", "--wait", "8d"]],
    [["upload", "x.app", "--to", "10.0.0.7", "--password", "secret"]],
  ])("%j is a wrong call", async (args) => {
    expect((await sluice(...args)).code).toBe(2);
  });
});
