import { mkdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { buildArduino, buildLittleFs } from "../support/images.js";
import { doorBin, md5 } from "./support/images.js";
import { door, esp8266Request, type Rig, split, startRig } from "./support/rig.js";

let rig: Rig;
afterEach(() => rig.stop());

const range = (value: string, ...more: string[]): string[] => [`Range: ${value}`, ...more];

async function ranged(...extra: string[]): Promise<{ head: string; body: Buffer; status: number }> {
  return split(await rig.raw(esp8266Request({ version: "1.1.0", extra })));
}

test("a broken download goes on where it broke off", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  const etag = `"${md5(doorBin)}"`;
  const { head, body, status } = await ranged(...range("bytes=4096-", `If-Range: ${etag}`));
  expect(status).toBe(206);
  expect(head).toContain(`\r\nContent-Length: ${doorBin.length - 4096}\r\n`);
  expect(head).toContain(`\r\nContent-Range: bytes 4096-${doorBin.length - 1}/${doorBin.length}\r\n`);
  expect(head).toContain(`\r\nx-MD5: ${md5(doorBin)}\r\n`);
  expect(body.equals(doorBin.subarray(4096))).toBe(true);
  // A range that does not reach the end is no whole sending.
  await rig.event("sent");
  expect((await rig.fleet.offer(door, "firmware"))?.sends).toBe(1);
  await ranged(...range("bytes=0-99"));
  await rig.event("sent", 2);
  expect((await rig.fleet.offer(door, "firmware"))?.sends).toBe(1);
});

test("a download that breaks again and again is one sending, and says nothing of what runs", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  await rig.raw(esp8266Request({ version: "1.1.0" }));
  await rig.event("sent");
  for (let i = 1; i <= 5; i++) {
    const rest = await ranged(...range(`bytes=${i * 100}-`, `If-Range: "${md5(doorBin)}"`));
    expect(rest.status).toBe(206);
    expect(await rig.event("sent", i + 1)).toMatchObject({
      part: `${i * 100}-${doorBin.length - 1}/${doorBin.length}`,
    });
  }
  expect(await rig.fleet.offer(door, "firmware")).toMatchObject({ sends: 1, state: "sent" });
  expect(rig.events.filter(({ event }) => event === "outcome")).toEqual([]);
  // A question of its own, by contrast, is one: the board has not become what it was sent.
  expect((await ranged(...range("bytes=0-0"))).status).toBe(206);
  expect(await rig.fleet.offer(door, "firmware")).toMatchObject({ sends: 1, state: "missed" });
});

test("an image that has been replaced meanwhile is sent from its start", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  const { status, body } = await ranged(...range("bytes=4096-", `If-Range: "${"0".repeat(32)}"`));
  expect(status).toBe(200);
  expect(body.equals(doorBin)).toBe(true);
});

test("a range behind the end", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  const { head, status } = await ranged(...range(`bytes=${doorBin.length}-`));
  expect(status).toBe(416);
  expect(head).toContain(`\r\nContent-Range: bytes */${doorBin.length}\r\n`);
});

test("who has the body already is not sent it", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  expect((await ranged(`If-None-Match: "x", "${md5(doorBin)}"`)).status).toBe(304);
});

test("every range gives its bytes", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  await fc.assert(
    fc.asyncProperty(fc.nat(doorBin.length - 1), fc.nat(doorBin.length * 2), async (first, last) => {
      fc.pre(last >= first);
      const { body, status } = await ranged(...range(`bytes=${first}-${last}`));
      // 304 once it was sent often enough according to the table.
      await rig.fleet.retry(door);
      return status === 206 && body.equals(doorBin.subarray(first, last + 1));
    }),
    { numRuns: 10 },
  );
});

/** Too large for the buffers of both ends: the server is in the middle of it while nothing is read. */
const large = buildLittleFs(2000);

/** Requests the large image and reads its head only. */
async function holdBack(): Promise<{ socket: Socket; rest: () => Promise<number> }> {
  const socket = connect({ port: rig.port, host: "127.0.0.1" });
  socket.on("error", () => undefined);
  let received = 0;
  await new Promise<void>((resolve) => {
    socket.once("data", (piece) => {
      received = piece.length - piece.indexOf("\r\n\r\n") - 4;
      socket.pause();
      resolve();
    });
    socket.write(esp8266Request({ mode: "spiffs" }).replace("chip-size: 4194304", "chip-size: 16777216"));
  });
  return {
    socket,
    rest: () =>
      new Promise((resolve) => {
        socket.on("data", (piece) => {
          received += piece.length;
        });
        socket.on("close", () => resolve(received));
        socket.resume();
      }),
  };
}

test.each([
  [
    "written over in place, with the same length",
    (path: string): void => writeFileSync(path, Buffer.alloc(large.length, 1)),
  ],
  [
    "replaced by rename",
    (path: string): void => {
      writeFileSync(`${path}.part`, buildLittleFs(2001));
      renameSync(`${path}.part`, path);
    },
  ],
  ["cut short", (path: string): void => writeFileSync(path, large.subarray(0, 8_000_000))],
  ["taken away", (path: string): void => unlinkSync(path)],
])("a file that is %s while it is sent: the board never gets the full length", async (_, change) => {
  rig = await startRig();
  rig.put("door-1.2.0.littlefs", large);
  const { rest } = await holdBack();
  change(join(rig.folder, "door-1.2.0.littlefs"));
  expect(await rest()).toBeLessThan(large.length);
  await rig.event("changed");
  expect(await rig.fleet.offer(door, "filesystem")).toBeUndefined();
});

test("a board that goes away in the middle has not been sent the image", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.littlefs", large);
  const { socket } = await holdBack();
  socket.destroy();
  await rig.event("broken");
  expect(await rig.fleet.offer(door, "filesystem")).toBeUndefined();
});

test("a board that reads no more is given up", async () => {
  rig = await startRig({ patience: { folderMs: 0, idleMs: 100 } });
  rig.put("door-1.2.0.littlefs", large);
  const { rest } = await holdBack();
  await rig.event("broken");
  expect(await rest()).toBeLessThan(large.length);
});

test("a small image that the board closes the connection on was not taken", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  const socket = connect({ port: rig.port, host: "127.0.0.1" });
  socket.on("error", () => undefined);
  socket.write(esp8266Request());
  await rig.event("answer");
  socket.resetAndDestroy();
  await rig.event("broken");
  expect(await rig.fleet.offer(door, "firmware")).toBeUndefined();
});

test("an image that is replaced between judging and sending is not sent at all", async () => {
  // The folder is looked at once only; what it knows is old when the board polls.
  rig = await startRig({ patience: { folderMs: 3_600_000 } });
  mkdirSync(rig.folder, { recursive: true });
  rig.pass(3_600_000);
  rig.put("door-1.2.0.bin", doorBin);
  expect(split(await rig.raw(esp8266Request({ mode: "version" }))).status).toBe(200);
  rig.put("door-1.2.0.bin", buildArduino(4100));
  const refused = split(await rig.raw(esp8266Request()));
  expect(refused.status).toBe(503);
  expect(refused.head).toContain("\r\nRetry-After: 2\r\n");
  expect(split(await rig.raw(esp8266Request())).body.equals(buildArduino(4100))).toBe(true);
});
