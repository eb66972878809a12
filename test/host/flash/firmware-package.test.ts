import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SluiceError } from "../../../src/errors/sluice-error.js";
import { readFirmware, readTgz, readZip } from "../../../src/host/flash/fetch-firmware.js";
import { findFirmware } from "../../../src/host/flash/firmware-package.js";
import { espruinoC3, espruinoEsp32, type PackageFiles, tgz, zip } from "../../support/espruino-package.js";
import { boardNamed } from "../../support/test-bundles.js";

/** As a release: every board in a folder of its own, the firmware once more beside them. */
const release: PackageFiles = {
  "readme.txt": Buffer.from("Espruino\n"),
  "espruino_2v29_esp32.bin": espruinoEsp32()["espruino_2v29_esp32/espruino_esp32.bin"],
  ...espruinoEsp32(),
  ...espruinoC3(),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-firmware-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function kept(name: string, data: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, data);
  return path;
}

describe("a package in every shape", () => {
  test.each([
    ["esp32-devkit", espruinoEsp32(), "espruino_esp32.bin"],
    ["esp32c3-ota", espruinoC3(), "espruino-esp32c3.bin"],
  ])("%s out of .tgz, .zip, release and folder", async (id, files, name) => {
    const board = boardNamed(id);
    const app = Object.entries(files).find(([path]) => path.endsWith(name))?.[1];
    const unpacked = await mkdtemp(join(folder, "espruino_2v29_"));
    for (const [path, data] of Object.entries(files))
      await writeFile(join(unpacked, path.split("/")[1]), data);
    for (const source of [
      await kept(`${id}.tgz`, tgz(files)),
      await kept(`${id}.zip`, zip(files)),
      await kept("release.zip", zip(release)),
      unpacked,
    ]) {
      const found = findFirmware(board, await readFirmware(source));
      expect([source, Buffer.from(found.app).equals(Buffer.from(app ?? ""))]).toEqual([source, true]);
      expect(found.bootLoader[0]).toBe(0xe9);
      expect(found.version).toMatch(/^2v29/);
    }
  });

  test("one .bin of all the flash, from address 0 and from the boot loader on", async () => {
    const files = espruinoEsp32();
    const [boot, app] = Object.values(files);
    const flash = Buffer.alloc(0x10000 + app.length + 5000, 0xff);
    flash.set(boot, 0x1000);
    flash.set([0xaa, 0x50], 0x8000);
    flash.set(app, 0x10000);
    for (const image of [flash, flash.subarray(0x1000)]) {
      const found = findFirmware(boardNamed("esp32-devkit"), new Map([["all.bin", image]]));
      expect(Buffer.from(found.app).equals(Buffer.from(app))).toBe(true);
      expect(Buffer.from(found.bootLoader).equals(Buffer.from(boot))).toBe(true);
    }
  });

  test("the version stands in the firmware where the names do not tell it", () => {
    const app = Buffer.concat([
      Buffer.from(Object.values(espruinoEsp32())[1]),
      Buffer.from("\x002v31.7\0", "latin1"),
    ]);
    const files = new Map([
      ["bootloader.bin", Object.values(espruinoEsp32())[0]],
      ["espruino_esp32.bin", app],
    ]);
    expect(findFirmware(boardNamed("esp32-devkit"), files).version).toBe("2v31.7");
  });

  test.each([
    ["the firmware alone", { "espruino_esp32.bin": Object.values(espruinoEsp32())[1] }],
    ["another board's package", espruinoC3()],
    [
      "a package without boot loader",
      { "a/espruino_esp32.bin": Object.values(espruinoEsp32())[1], "a/readme": Buffer.from("x") },
    ],
    ["nothing", {}],
  ])("%s is refused", (_what, files) => {
    const call = () => findFirmware(boardNamed("esp32-devkit"), new Map(Object.entries(files)));
    expect(call).toThrow(expect.objectContaining({ code: "BAD_FIRMWARE_PACKAGE" }));
  });
});

describe("archives from anyone", () => {
  const good = [tgz(espruinoC3()), zip(espruinoC3())];
  const harmless = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(SluiceError);
    }
  };

  test("damaged anywhere, or cut: refused or read, never anything else", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 255 }), fc.nat(), (at, value, cut) => {
        const [packed, zipped] = good.map((bytes) => Buffer.from(bytes));
        zipped[at % zipped.length] = value;
        harmless(() => readZip(zipped.subarray(0, zipped.length - (cut % 40))));
        packed[at % packed.length] = value;
        harmless(() => readTgz(packed.subarray(0, packed.length - (cut % 40))));
      }),
      { numRuns: 60 },
    );
  });

  test("no archive at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        harmless(() => readZip(bytes));
        harmless(() => readTgz(gzipSync(bytes)));
      }),
      { numRuns: 60 },
    );
  });

  test("a bomb is not inflated", () => {
    const files = zip({ "espruino_esp32.bin": Buffer.alloc(1_000_000) });
    // The directory claims a thousand bytes.
    files.writeUInt32LE(1000, files.lastIndexOf("PK\x01\x02") + 24);
    expect(() => readZip(files)).toThrow(expect.objectContaining({ code: "BAD_FIRMWARE_PACKAGE" }));
  });
});

describe("from an address", () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/espruino_2v29_esp32.tgz") response.end(tgz(espruinoEsp32()));
      else if (request.url === "/away") response.writeHead(302, { location: "file:///etc/passwd" }).end();
      else if (request.url === "/large") response.end(Buffer.alloc(50_000));
      else if (request.url !== "/never") response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test("only https, unless told otherwise", async () => {
    const address = `${base}/espruino_2v29_esp32.tgz`;
    await expect(readFirmware(address)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("only https"),
    });
    const found = findFirmware(boardNamed("esp32-devkit"), await readFirmware(address, { insecure: true }));
    expect(found.version).toBe("2v29");
  });

  test.each([
    ["a page that is not there", "/none", {}, /answers 404/],
    ["a way that leads elsewhere", "/away", {}, /./],
    ["more than the limit", "/large", { limit: 40_000 }, /larger than 40000/],
    ["no answer", "/never", { timeoutMs: 200 }, /timeout/i],
  ])("%s", async (_what, path, options, message) => {
    await expect(readFirmware(base + path, { insecure: true, ...options })).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringMatching(message),
    });
  });
});

test("a file that is not there, and an empty one", async () => {
  await expect(readFirmware(join(folder, "none.tgz"))).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
  await expect(readFirmware(await kept("empty.bin", Buffer.alloc(0)))).rejects.toMatchObject({
    code: "EMPTY_IMAGE",
  });
});
