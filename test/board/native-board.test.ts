import { afterAll, expect, test } from "vitest";
import { findBoard } from "../../boards/index.js";
import { makeFlash } from "../../src/board/board-flash.js";
import { NativeBoard } from "../../src/board/native-board.js";
import { type UploadError, uploadImage } from "../../src/host/index.js";
import { passwordHashes } from "../../src/node/crypto.js";
import { buildArduino, buildLittleFs, buildUser, filler, gzip } from "../support/images.js";
import { type PacedClock, pacedClock } from "../support/paced-clock.js";

const password = "tulips";

const clocks: PacedClock[] = [];
afterAll(() => {
  for (const clock of clocks) clock.stop();
});

interface Setup {
  readonly id: string;
  readonly firmware?: Uint8Array;
  readonly force?: boolean;
}

async function powered({ id, firmware, force = false }: Setup): Promise<NativeBoard> {
  const board = findBoard(id);
  if (board === undefined) throw new Error(`no board ${id}`);
  const content = new Uint8Array(board.flashSize).fill(0xff);
  if (firmware !== undefined) content.set(firmware);
  const clock = pacedClock(20);
  clocks.push(clock);
  const native = new NativeBoard({
    board,
    flash: makeFlash(board, content),
    secrets: passwordHashes(password),
    clock,
    force,
  });
  await native.start();
  return native;
}

async function send(native: NativeBoard, image: Uint8Array, filesystem = false): Promise<string> {
  try {
    const to = { host: "127.0.0.1", port: native.udpPort ?? 0 };
    await uploadImage({ image, to, password, filesystem, retries: 0 });
    return "OK";
  } catch (error) {
    return (error as UploadError).code;
  }
}

const sketch1 = buildArduino(4000);
const sketch2 = buildArduino(9000);

test.concurrent("a sketch is staged just below the filesystem and eboot copies it over the old one", async () => {
  const native = await powered({ id: "arduino-esp8266-4m1m", firmware: sketch1 });
  try {
    const again = native.waitFor("ready", 10_000);
    expect(await send(native, sketch2)).toBe("OK");
    await again;
    const staged = 3145728 - Math.ceil(sketch2.length / 4096) * 4096;
    expect(native.flash.read(staged, 64)).toEqual(new Uint8Array(sketch2.subarray(0, 64)));
    expect(native.flash.read(0x1000, sketch2.length - 0x1000)).toEqual(
      new Uint8Array(sketch2.subarray(0x1000)),
    );
    expect(native.events.filter(({ event }) => event === "firmware").at(-1)).toMatchObject({
      slot: "sketch",
    });
  } finally {
    await native.stop();
  }
});

test.concurrent("a gzipped sketch is staged as it came and inflated by eboot", async () => {
  const native = await powered({ id: "arduino-esp8266-4m1m", firmware: sketch1 });
  try {
    const again = native.waitFor("ready", 10_000);
    expect(await send(native, gzip(sketch2))).toBe("OK");
    await again;
    expect(native.flash.read(0x1000, 4096)).toEqual(new Uint8Array(sketch2.subarray(0x1000, 0x2000)));
  } finally {
    await native.stop();
  }
});

test.concurrent("512 KB have no room for old and new", async () => {
  const native = await powered({ id: "arduino-esp8266-512k", firmware: buildArduino(4000, { sizeCode: 0 }) });
  try {
    expect(await send(native, buildArduino(9000, { sizeCode: 0 }))).toBe("NOT_ENOUGH_SPACE");
  } finally {
    await native.stop();
  }
});

test.concurrent("a filesystem is staged and then copied; without room it is refused unless forced", async () => {
  const roomy = await powered({ id: "arduino-esp8266-4m1m", firmware: sketch1 });
  // A sketch of 930 KB leaves too little below the filesystem of 64 KB.
  const large = filler(60_000, 3);
  const sketch = buildArduino(930_000, { sizeCode: 2 });
  const start = 962_560;
  const full = await powered({ id: "arduino-esp8266-1m64", firmware: sketch });
  const forced = await powered({ id: "arduino-esp8266-1m64", firmware: sketch, force: true });
  try {
    const small = buildLittleFs(16);
    const again = roomy.waitFor("ready", 10_000);
    expect(await send(roomy, small, true)).toBe("OK");
    await again;
    expect(roomy.flash.read(3145728, small.length)).toEqual(new Uint8Array(small));
    expect(await send(full, large, true)).toBe("NOT_POWER_SAFE");
    expect(full.flash.isBlank(start, large.length)).toBe(true);
    const written = forced.waitFor("ready", 10_000);
    expect(await send(forced, large, true)).toBe("OK");
    await written;
    expect(forced.flash.read(start, large.length)).toEqual(large);
  } finally {
    await Promise.all([roomy.stop(), full.stop(), forced.stop()]);
  }
});

test.concurrent("a wrong image leaves the chip as it was", async () => {
  const native = await powered({ id: "arduino-esp8266-4m1m", firmware: sketch1 });
  try {
    const before = native.flash.operations;
    const broken = Uint8Array.from(sketch2);
    broken[0x1000] = 0;
    expect(await send(native, filler(5000))).toBe("BAD_MAGIC_BYTE");
    expect(await send(native, buildUser())).toBe("WRONG_KIND");
    expect(native.flash.operations).toBe(before);
    expect(await send(native, broken)).not.toBe("OK");
    expect(native.events.some(({ event }) => event === "committed")).toBe(false);
  } finally {
    await native.stop();
  }
});
