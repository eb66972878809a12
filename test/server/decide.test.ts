import { describe, expect, test } from "vitest";
import { type BoardQuestion, decide } from "../../src/server/decide/decide.js";
import { readBoardRequest } from "../../src/server/wire/board-request.js";
import { buildArduino, buildBundle, buildEsp32, gzip } from "../support/images.js";
import { doorBin, doorGz, filesystem, gardenApp, md5, relayBin, served } from "./support/images.js";
import { type Asking, esp32Request, esp8266Request, sluiceRequest } from "./support/rig.js";

const door = served("door-1.2.0.bin", doorBin);
const known = { product: "door", channel: "stable", pinned: null, blocked: 0, board: null };

function headersOf(request: string): string[] {
  return request
    .split("\r\n")
    .slice(1)
    .filter((line) => line !== "")
    .flatMap((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
}

function ask(request: string, more: Partial<BoardQuestion> = {}): ReturnType<typeof decide> {
  const reading = readBoardRequest(headersOf(request));
  return decide({ reading, authorized: true, images: [door], device: known, tries: 3, ...more });
}

function row(request: string, more: Partial<BoardQuestion> = {}): string {
  const answer = ask(request, more);
  return `${answer.status} ${answer.row}`;
}

describe("the seed's script, row by row", () => {
  const esp = (asking: Asking = {}): string => esp8266Request(asking);

  test("another user agent", () => {
    const answer = ask(esp().replace("ESP8266-http-Update", "curl/8.5.0"));
    expect(answer).toEqual({ row: "stranger", status: 403, text: "only for ESP8266 updater!\n" });
  });

  test.each(["STA-MAC", "AP-MAC", "free-space", "sketch-size", "sketch-md5", "chip-size", "sdk-version"])(
    "without x-ESP8266-%s",
    (name) => {
      const answer = ask(esp().replace(`x-ESP8266-${name}:`, "x-other:"));
      expect(answer).toEqual({
        row: "header-missing",
        status: 403,
        text: "only for ESP8266 updater! (header)\n",
      });
    },
  );

  test("up to date by version: 304, not the script's 500", () => {
    expect(row(esp({ version: "1.2.0" }))).toBe("304 same-version");
  });

  test("up to date by MD5, without a version", () => {
    expect(row(esp({ md5: md5(doorBin) }))).toBe("304 same-image");
  });

  test("the same MD5 under another version: the same bytes would change nothing", () => {
    expect(row(esp({ md5: md5(doorBin), version: "1.1.0" }))).toBe("304 same-image");
  });

  test("another version", () => {
    expect(row(esp({ version: "1.1.0" }))).toBe("200 update");
  });

  test("no version, another MD5", () => {
    expect(row(esp())).toBe("200 update");
  });

  test("a MAC that is not in the table", () => {
    expect(ask(esp(), { device: undefined })).toMatchObject({
      row: "mac-unknown",
      status: 500,
      reason: "ESP MAC not configured for updates",
    });
  });

  test("a MAC without an image", () => {
    expect(ask(esp(), { images: [] })).toMatchObject({
      row: "image-missing",
      status: 500,
      reason: "no version for ESP MAC",
    });
  });

  test("a MAC in lower case, and headers in any", () => {
    expect(row(esp({ mac: "18:fe:aa:0b:0c:0d" }).replace(/x-ESP8266/g, "X-eSp8266"))).toBe("200 update");
  });

  test("the seed's table names a whole file as the version", () => {
    const image = served("DOOR-7-g14f53a19.bin", doorBin);
    const device = { ...known, product: "DOOR" };
    expect(row(esp({ version: "DOOR-7-g14f53a19" }), { images: [image], device })).toBe("304 same-version");
    expect(row(esp({ version: "DOOR-6-g00000000" }), { images: [image], device })).toBe("200 update");
  });

  test("mode spiffs", () => {
    const images = [door, served("door-1.0.0.littlefs", filesystem)];
    const answer = ask(esp({ mode: "spiffs", version: "0.9.0" }), { images });
    expect(answer).toMatchObject({ row: "update", image: { file: "door-1.0.0.littlefs" } });
  });

  test("mode version is answered even when up to date: the client takes 304 for a fault", () => {
    expect(row(esp({ mode: "version", version: "1.2.0", md5: md5(doorBin) }))).toBe("200 version-only");
  });

  test("a mode that is none", () => {
    expect(ask(esp({ mode: "eeprom" }))).toMatchObject({ status: 404, reason: "Mode not supported" });
  });
});

describe("no board loops for ever", () => {
  test.each([0, 1, 2, 3])("the board's own flash mode %i in byte 2 of what it runs", (mode) => {
    const running = Buffer.from(doorBin);
    running[2] = mode;
    expect(row(esp8266Request({ md5: md5(running), version: "1.1.0" }))).toBe("304 same-image");
    running[3] = 0;
    expect(row(esp8266Request({ md5: md5(running), version: "1.1.0" }))).toBe("200 update");
  });

  test("a gzip file is compared by what it inflates to", () => {
    const images = [served("door-1.2.0.bin.gz", doorGz)];
    expect(row(esp8266Request({ md5: md5(doorBin) }), { images })).toBe("304 same-image");
    expect(row(esp8266Request({ md5: md5(doorGz) }), { images })).toBe("200 update");
  });

  test("a signature behind the image is not in the sketch's MD5", () => {
    const signature = Buffer.alloc(256, 7);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(signature.length);
    const images = [served("door-1.2.0.bin", Buffer.concat([doorBin, signature, length]))];
    expect(row(esp8266Request({ md5: md5(doorBin) }), { images })).toBe("304 same-image");
  });

  const offer = { md5: door.md5, sends: 0, state: "missed" as const, age: 1000 };
  test.each([
    [2, "200 update"],
    [3, "304 given-up"],
  ])("sent %i times and still not installed", (sends, expected) => {
    expect(row(esp8266Request({ version: "1.0.0" }), { offer: { ...offer, sends } })).toBe(expected);
  });

  test("after a day it has another chance, and another image has its own", () => {
    const tired = { ...offer, sends: 5 };
    const old = esp8266Request({ version: "1.0.0" });
    expect(row(old, { offer: { ...tired, age: 86_400_000 - 1 } })).toBe("304 given-up");
    expect(row(old, { offer: { ...tired, age: 86_400_000 } })).toBe("200 update");
    expect(row(old, { offer: { ...tired, md5: "another" } })).toBe("200 update");
  });

  test("a filesystem is sent once, since no board says which it has", () => {
    const image = served("door-1.0.0.littlefs", filesystem);
    const sent = { md5: image.md5, sends: 1, state: "sent" as const, age: 864_000_000 };
    expect(row(esp8266Request({ mode: "spiffs" }), { images: [image], offer: sent })).toBe("304 given-up");
    expect(row(esp8266Request({ mode: "spiffs" }), { images: [image], offer: { ...sent, sends: 0 } })).toBe(
      "200 update",
    );
  });

  test("what the board came back from is not sent again, not even after years", () => {
    const back = { md5: door.md5, sends: 1, state: "rolled-back" as const, age: 1e11 };
    expect(row(esp8266Request({ version: "1.0.0" }), { offer: back })).toBe("304 rolled-back");
    expect(row(esp8266Request({ version: "1.0.0" }), { offer: { ...back, md5: "another" } })).toBe(
      "200 update",
    );
  });
});

describe("what cannot fit is not sent", () => {
  const old = { version: "1.0.0" };
  test("by the free space", () => {
    expect(row(esp8266Request({ ...old, freeSpace: door.size }))).toBe("200 update");
    const answer = ask(esp8266Request({ ...old, freeSpace: door.size - 1 }));
    expect(answer).toMatchObject({ row: "too-large", status: 413, reason: "Not Enough Space" });
  });

  test("a gzip file may not inflate over itself", () => {
    // Running sketch of 400,000 bytes ends at 401,408; behind it are the free sectors, the gzip file in the last ones.
    const image = { ...door, gzip: true, size: 40_000, inflatedSize: 500_000 };
    const needed = 500_000 - (401_408 - 40_960);
    expect(row(esp8266Request({ ...old, freeSpace: needed }), { images: [image] })).toBe("200 update");
    expect(row(esp8266Request({ ...old, freeSpace: needed - 1 }), { images: [image] })).toBe("413 too-large");
  });

  test("by the flash chip", () => {
    const huge = { ...served("door-1.0.0.littlefs", filesystem), inflatedSize: 4_194_305 };
    expect(row(esp8266Request({ mode: "spiffs" }), { images: [huge] })).toBe("413 too-large");
  });
});

describe("which image", () => {
  const older = served("door-1.10.0.bin", buildArduino(4100));
  const beta = served("beta/door-2.0.0-rc.1.bin", buildArduino(4200));
  const images = [door, older, beta];
  const get = (device: object, version = "0.1.0"): string | undefined => {
    const answer = ask(esp8266Request({ version }), { images, device: { ...known, ...device } });
    return "image" in answer ? `${answer.row} ${answer.image?.file}` : answer.row;
  };

  test("the newest by SemVer, not by the alphabet", () => expect(get({})).toBe("update door-1.10.0.bin"));
  test("a channel has its own images beside the stable ones", () => {
    expect(get({ channel: "beta" })).toBe("update beta/door-2.0.0-rc.1.bin");
    expect(get({ channel: "nightly" })).toBe("update door-1.10.0.bin");
  });
  test("a pinned version holds, downwards as well", () => {
    expect(get({ pinned: "1.2.0" })).toBe("update door-1.2.0.bin");
    expect(get({ pinned: "1.2.0" }, "1.10.0")).toBe("update door-1.2.0.bin");
    expect(get({ pinned: "9.9.9" })).toBe("image-missing");
  });
  test("nobody is taken back to an older version silently", () => {
    expect(get({}, "1.11.0")).toBe("newer-on-board door-1.10.0.bin");
  });
  test("the operator's word counts before the URL's", () => {
    const answer = ask(esp8266Request(), {
      images: [...images, served("gate-1.0.0.bin", doorBin)],
      named: "gate",
    });
    expect(answer).toMatchObject({ image: { product: "door" } });
  });
  test("the URL may name a product or a file to a board that is in no table", () => {
    const free = { images, device: undefined };
    expect(ask(esp8266Request(), { ...free, named: "door" })).toMatchObject({
      image: { file: "door-1.10.0.bin" },
    });
    expect(ask(esp8266Request(), { ...free, named: "door-1.2.0.bin" })).toMatchObject({
      image: { file: "door-1.2.0.bin" },
    });
    expect(row(esp8266Request(), { ...free, named: "window" })).toBe("404 image-missing");
  });
  test("a blocked board gets nothing", () => {
    expect(row(esp8266Request(), { device: { ...known, blocked: 1 } })).toBe("403 blocked");
  });
  test("nobody gets anything without the secret", () => {
    expect(row(esp8266Request(), { authorized: false })).toBe("401 unauthorized");
  });
});

describe("which kind", () => {
  const relay = served("relay-1.0.0.bin", relayBin);
  const garden = served("garden.app", gardenApp);
  const c3 = served("relay-1.0.0-c3.bin", buildEsp32({ chip: 5 }));
  const all = { device: undefined, named: "relay" };

  test("an ESP32 gets no ESP8266 image, no gzip file and nothing of Sluice", () => {
    const images = [
      served("relay-9.0.0.bin", doorBin),
      served("relay-8.0.0.bin.gz", gzip(relayBin)),
      served("relay.app", buildBundle({ name: "relay", version: "7.0.0" })),
      relay,
    ];
    expect(ask(esp32Request(), { ...all, images })).toMatchObject({ image: { file: "relay-1.0.0.bin" } });
  });
  test("images for several chips need the board's name", () => {
    expect(row(esp32Request(), { ...all, images: [relay, c3] })).toBe("500 image-ambiguous");
    const device = { ...known, product: "relay", board: "esp32c3-devkit" };
    expect(ask(esp32Request(), { images: [relay, c3], device })).toMatchObject({ image: { chip: 5 } });
  });
  test("a bundle goes to the board that runs its application", () => {
    const ours = { device: undefined, images: [garden, relay] };
    expect(ask(sluiceRequest({ version: "1.1.0" }), ours)).toMatchObject({
      row: "update",
      image: { file: "garden.app" },
    });
    expect(row(sluiceRequest({ version: "1.2.0" }), ours)).toBe("304 same-version");
    expect(row(sluiceRequest({ app: "blink" }), ours)).toBe("500 image-missing");
    expect(row(sluiceRequest({ mode: "agent" }), ours)).toBe("500 image-missing");
  });
  test("a bundle of another family stays here", () => {
    const images = [served("garden.app", buildBundle({ name: "garden", version: "1.2.0", family: 3 }))];
    expect(row(sluiceRequest({ board: "esp32-devkit" }), { device: undefined, images })).toBe(
      "500 image-missing",
    );
    expect(row(sluiceRequest({ board: "esp32c3-devkit" }), { device: undefined, images })).toBe("200 update");
  });
});
