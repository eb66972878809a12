import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manualClock } from "../../../src/board/clock.js";
import { UpdaterRequest } from "../../../src/board/port88/request.js";
import { SdkUpgrade } from "../../../src/board/port88/sdk-upgrade.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";
import { parameterSectors } from "../../../src/core/flash/user-slots.js";
import { requestHead } from "../../../src/host/native/updater-client.js";
import { buildUser } from "../../support/images.js";
import { esp8266, user1At, user2At } from "../../support/native-board.js";

const user1 = buildUser({ slot: 1, iromLength: 2048 });
const user2 = buildUser({ slot: 2, iromLength: 3072 });
const clock = manualClock();
let board: VirtualBoard;

beforeEach(async () => {
  board = new VirtualBoard({ board: esp8266, clock });
  board.flash.program(user1At, user1);
  const listening = board.waitFor((one) => one.event === "listening" && one["port"] === 88);
  board.powerOn();
  await listening;
});

afterEach(() => board.stop());

/** Everything that comes back until the answer is whole, or the connection ends. */
function talk(pieces: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: board.nativePort ?? 0 });
    let heard = "";
    const end = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(5000, end);
    socket.on("error", end);
    socket.on("close", end);
    socket.on("data", (data) => {
      heard += data.toString("latin1");
      const length = /Content-Length: (\d+)/.exec(heard);
      const body = heard.split("\r\n\r\n")[1];
      if (length && body !== undefined && body.length >= Number(length[1])) end();
    });
    socket.on("connect", () => {
      for (const piece of pieces) socket.write(piece);
    });
  });
}

/** As our client sends it: the head in whole words, so that no end of a segment falls between them. */
const post = (path: string, body: Uint8Array) =>
  [requestHead(`POST ${path}`, "x", body.length), body] as const;
const status = (answer: string) => answer.slice(9, answer.indexOf("\r\n"));
const text = (answer: string) => answer.split("\r\n\r\n")[1];

describe("Espruino's updater on port 88", () => {
  test("answers in the original's bytes, and anybody", async () => {
    expect(await talk(["GET /flash/next HTTP/1.1\r\n\r\n"])).toBe(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nConnection: close\r\n" +
        "Cache-Control: no-store, no-cache, must-revalidate\r\n\r\nuser2.bin",
    );
    expect(status(await talk(["GET /flash/other HTTP/1.1\r\n\r\n"]))).toBe("404 ERROR");
    expect(text(await talk(["nonsense\r\n\r\n"]))).toBe("Invalid HTTP request");
  });

  test("a head of more than 512 bytes ends the connection without a word", async () => {
    expect(await talk([`GET /flash/next HTTP/1.1\r\nX: ${"a".repeat(600)}\r\n\r\n`])).toBe("");
  });

  test.each([
    ["too small", user2.subarray(0, 500), "Firmware too small"],
    ["too large", Buffer.concat([user2, Buffer.alloc(0x100000)]), "Firmware image too large"],
    ["for the slot that runs", user1, "Wrong partition binary"],
    ["no user image", Buffer.alloc(2000, 0xe9), "IROM magic missing"],
  ])("an image that is %s is refused", async (_what, image, words) => {
    const answer = await talk(post("/flash/upload", image));
    expect([status(answer), text(answer)]).toEqual(["400 ERROR", words]);
    expect(board.flash.isBlank(user2At, 0x10000)).toBe(true);
  });

  test("writes what comes into the other slot, and reads nothing back", async () => {
    const spoiled = Buffer.from(user2);
    spoiled[2000] ^= 0xff;
    expect(status(await talk(post("/flash/upload", spoiled)))).toBe("200 OK");
    expect(Buffer.compare(board.flash.read(user2At, spoiled.length), spoiled)).toBe(0);
  });

  test("an end that arrives in pieces of no whole words is lost, and answered 200", () => {
    let answer = "";
    const request = new UpdaterRequest({
      flash: board.flash,
      map: 6,
      upgrade: new SdkUpgrade(board.flash, 0),
      respond: (part) => {
        answer += part;
      },
      abort: () => undefined,
      scheduleReboot: () => undefined,
    });
    const [head, body] = post("/flash/upload", user2);
    const whole = user2.length - (user2.length % 512);
    request.receive(Buffer.from(head));
    for (const [from, to] of [
      [0, whole],
      [whole, whole + 2],
      [whole + 2, user2.length],
    ])
      request.receive(body.subarray(from, to));
    expect(status(answer)).toBe("200 OK");
    expect(Buffer.compare(board.flash.read(user2At, whole), user2.subarray(0, whole))).toBe(0);
    expect(Buffer.compare(board.flash.read(user2At, user2.length), user2)).not.toBe(0);
  });

  test("restarts into the other slot after two seconds, by the SDK's parameters", async () => {
    expect(text(await talk(post("/flash/reboot", new Uint8Array(0))))).toBe("IROM magic missing");
    await talk(post("/flash/upload", user2));
    expect(status(await talk(post("/flash/reboot", new Uint8Array(0))))).toBe("200 OK");
    clock.advance(1900);
    expect(board.events.filter(({ event }) => event === "reset")).toEqual([]);
    const firmware = board.waitFor("firmware");
    clock.advance(200);
    expect(await firmware).toMatchObject({ slot: "user2" });
    const flags = board.flash.read(parameterSectors(board.flash.size) + 0x3000, 32);
    expect(Buffer.from(flags).readUInt32LE(4)).toBe(0x55aa55aa);
  });

  test("who comes second throws the first one out", async () => {
    const first = connect({ host: "127.0.0.1", port: board.nativePort ?? 0 });
    const closed = new Promise<void>((resolve) => {
      first.on("close", () => resolve());
    });
    first.on("error", () => undefined);
    await new Promise<void>((resolve) => first.once("connect", resolve));
    first.write("POST /flash/upload HTTP/1.1\r\n");
    expect(text(await talk(["GET /flash/next HTTP/1.1\r\n\r\n"]))).toBe("user2.bin");
    await closed;
  });
});
