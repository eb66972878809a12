import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../src/host/clock.js";
import {
  nextSlot,
  requestHead,
  restartIntoNext,
  writeFirmware,
} from "../../../src/host/native/updater-client.js";
import { pacedClock } from "../../support/paced-clock.js";

let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
  server = undefined;
});

async function answering(serve: (socket: Socket, heard: string) => void) {
  server = createServer((socket) => {
    sockets.add(socket);
    let heard = "";
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      heard += data.toString("latin1");
      serve(socket, heard);
    });
  });
  server.listen({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, clock: systemClock };
}

const ok = (text: string) =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`;

test("the head is whole words and fits the updater's 512 bytes, whatever name and length", () => {
  fc.assert(
    fc.property(fc.domain(), fc.nat(0xfffff), (host, length) => {
      const head = requestHead("POST /flash/upload", host, length);
      expect(head.length % 4).toBe(0);
      expect(head.length).toBeLessThan(512);
      expect(head).toContain(`\r\nContent-Length: ${length}\r\n`);
      expect(head.endsWith("\r\n\r\n")).toBe(true);
      expect(head.indexOf("\r\n\r\n")).toBe(head.length - 4);
    }),
  );
});

test("asks which slot is free, though the updater never closes", async () => {
  const address = await answering((socket, heard) => {
    if (heard.endsWith("\r\n\r\n")) socket.write(ok("user1.bin"));
  });
  expect(await nextSlot(address)).toBe(1);
});

test.each([
  ["another page", ok("<html>"), "NATIVE_UPDATER_REFUSED"],
  ["an error", "HTTP/1.1 404 ERROR\r\nContent-Length: 9\r\n\r\nNot found", "NATIVE_UPDATER_REFUSED"],
  ["no HTTP", "220 ready\r\n\r\n", "NATIVE_UPDATER_REFUSED"],
  ["words without end", "x".repeat(10_000), "NATIVE_UPDATER_SILENT"],
])("%s is no updater", async (_what, answer, code) => {
  const address = await answering((socket) => socket.write(answer));
  await expect(nextSlot(address)).rejects.toMatchObject({ code });
});

test("nobody there, hung up, and silent", async () => {
  const address = await answering((socket) => socket.end());
  await expect(restartIntoNext(address)).rejects.toMatchObject({ code: "NATIVE_UPDATER_SILENT" });
  server?.close();
  await expect(nextSlot({ ...address, port: 9 })).rejects.toMatchObject({ code: "NATIVE_UPDATER_SILENT" });
  const clock = pacedClock(5000);
  const silent = await answering(() => undefined);
  await expect(nextSlot({ ...silent, clock })).rejects.toMatchObject({ code: "NATIVE_UPDATER_SILENT" });
  clock.stop();
});

test("the image is sent whole, with progress; a refusal in the middle ends it with the updater's words", async () => {
  const image = Buffer.alloc(20_000, 7);
  let received = 0;
  const address = await answering((socket, heard) => {
    received = heard.length - heard.indexOf("\r\n\r\n") - 4;
    if (received === image.length) socket.write(ok(""));
  });
  const seen: number[] = [];
  await writeFirmware(address, image, (sent) => seen.push(sent));
  expect(received).toBe(image.length);
  expect(seen.at(-1)).toBe(image.length);
  const refusing = await answering((socket) =>
    socket.write("HTTP/1.1 400 ERROR\r\nContent-Length: 18\r\n\r\nFirmware too small"),
  );
  await expect(writeFirmware(refusing, image, () => undefined)).rejects.toMatchObject({
    code: "NATIVE_UPDATER_REFUSED",
    message: expect.stringContaining("Firmware too small"),
  });
});
