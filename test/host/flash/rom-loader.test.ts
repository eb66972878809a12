import { createHash } from "node:crypto";
import { ESPLoader, Transport } from "esptool-js";
import { describe, expect, test } from "vitest";
import { NorFlash } from "../../../src/board/nor-flash.js";
import { filler } from "../../support/images.js";
import { ModelLine } from "../../support/model-line.js";
import { webSerialOf } from "../../support/web-serial.js";

const silence = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };

/** The vendor's tool as it is, its own transport included, on a model board. */
async function withTool(
  chip: ConstructorParameters<typeof ModelLine>[0]["chip"],
  baudrate: number,
  use: (loader: ESPLoader, flash: NorFlash, line: ModelLine) => Promise<void>,
): Promise<void> {
  const flash = new NorFlash({ size: 0x400000, blockLength: 4096 });
  const line = new ModelLine({ chip, flash });
  const transport = new Transport(webSerialOf(line) as never);
  // It traces to the console whatever its options are.
  Object.assign(transport, { trace: () => undefined });
  const loader = new ESPLoader({ transport, baudrate, terminal: silence });
  try {
    await use(loader, flash, line);
  } finally {
    await transport.disconnect();
  }
}

describe.concurrent("esptool-js, unchanged, takes the model for a chip", () => {
  test.each([
    ["esp32", "ESP32"],
    ["esp32c3", "ESP32-C3"],
    ["esp32s3", "ESP32-S3"],
  ] as const)("%s: detected, stub loaded, written, read back, hashed", async (chip, name) => {
    await withTool(chip, 921600, async (loader, flash, line) => {
      await loader.main();
      expect([loader.chip.CHIP_NAME, loader.IS_STUB, line.stubRuns, line.lineBaud]).toEqual([
        name,
        true,
        true,
        921600,
      ]);
      expect(await loader.detectFlashSize()).toBe("4MB");
      const data = Buffer.concat([filler(20_000, 3), Buffer.alloc(4000, 0xff), filler(1000, 4)]);
      // Something else was there before.
      flash.program(0x20000, filler(9000, 8));
      for (const [address, compress] of [
        [0x20000, true],
        [0x40000, false],
      ] as const) {
        await loader.writeFlash({
          fileArray: [{ address, data: Uint8Array.from(data) }],
          flashMode: "keep",
          flashFreq: "keep",
          flashSize: "4MB",
          eraseAll: false,
          compress,
          calculateMD5Hash: (image) => createHash("md5").update(image).digest("hex"),
        });
        expect(Buffer.from(flash.read(address, data.length)).equals(data)).toBe(true);
      }
      expect(flash.violations).toBe(0);
      const back = await loader.readFlash(0x20000, 10_000);
      expect(Buffer.from(back).equals(data.subarray(0, 10_000))).toBe(true);
      await loader.eraseFlash();
      expect(flash.isBlank(0, flash.size)).toBe(true);
    });
  });
});

describe.concurrent("the ROM without a stub", () => {
  test("ESP32 writes, inflates and hashes by itself", async () => {
    await withTool("esp32", 115200, async (loader, flash) => {
      await loader.detectChip();
      await loader.flashSpiAttach(0);
      const data = filler(6000, 9);
      loader.FLASH_WRITE_SIZE = 0x400;
      await loader.writeFlash({
        fileArray: [{ address: 0x10000, data }],
        flashMode: "keep",
        flashFreq: "keep",
        flashSize: "keep",
        eraseAll: false,
        compress: true,
      });
      expect(Buffer.from(flash.read(0x10000, 6000)).equals(Buffer.from(data))).toBe(true);
      // 32 letters instead of 16 bytes; the tool turns each into two digits.
      const letters = Buffer.from(await loader.flashMd5sum(0x10000, 6000), "hex").toString();
      expect(letters).toBe(createHash("md5").update(data).digest("hex"));
    });
  });

  test("what only the stub knows is refused", async () => {
    await withTool("esp32", 115200, async (loader) => {
      await loader.detectChip();
      await expect(loader.eraseFlash()).rejects.toThrow(/unsupported/);
    });
  });

  test("what must not be is refused: outside the chip, between blocks, out of turn, damaged on the way", async () => {
    await withTool("esp32", 115200, async (loader, flash) => {
      await loader.detectChip();
      await loader.runStub();
      await expect(loader.flashMd5sum(0x3ff000, 0x2000)).rejects.toThrow(/status 1/);
      await expect(loader.flashBegin(0x2000, 0x3ff000)).rejects.toThrow(/status 1/);
      await expect(loader.flashBegin(0x1000, 0x800)).rejects.toThrow(/status 1/);
      await loader.flashBegin(0x8000, 0x10000);
      loader.WRITE_BLOCK_ATTEMPTS = 1;
      await expect(loader.flashBlock(filler(0x4000), 1, 1000)).rejects.toThrow(/status 1/);
      const damaged = loader.checkCommand("write", loader.ESP_FLASH_DATA, packetOf(filler(64)), 0x11);
      await expect(damaged).rejects.toThrow(/status 1,7/);
      const short = loader.checkCommand("write", loader.ESP_FLASH_DATA, Uint8Array.of(1, 2));
      await expect(short).rejects.toThrow(/status 1,5/);
      expect(flash.isBlank(0, flash.size)).toBe(true);
    });
  });

  test("a board that runs its program says nothing to a tool that does not reset it", async () => {
    await withTool("esp32", 115200, async (loader, _flash, line) => {
      await expect(loader.detectChip("no_reset", 1)).rejects.toThrow(/Failed to connect/);
      expect(line.inLoader).toBe(false);
    });
  });
});

function packetOf(data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(data.length, 0);
  return Buffer.concat([head, data]);
}
