import { afterEach, describe, expect, test } from "vitest";
import { buildDevs } from "../support/devs-image.js";
import { buildArduino, buildBundle } from "../support/images.js";
import { doorBin, doorGz, filesystem, gardenApp, md5, relayBin, sha256 } from "./support/images.js";
import {
  type Asking,
  door,
  esp32Request,
  esp8266Request,
  guarded,
  noonText,
  type Rig,
  sluiceRequest,
  split,
  startRig,
} from "./support/rig.js";

let rig: Rig;
afterEach(() => rig.stop());

const last = ["Cache-Control: no-store, no-transform", `Date: ${noonText}`, "Connection: close"];

/** The whole answer to a text, byte by byte. */
function textAnswer(status: string, body: string, ...extra: string[]): string {
  const type = ["Content-Type: text/plain; charset=utf-8", `Content-Length: ${body.length}`];
  return [`HTTP/1.1 ${status}`, ...extra, ...type, ...last, "", body].join("\r\n");
}

function imageHead(file: string, data: Uint8Array, version: string): string {
  return [
    "HTTP/1.1 200 OK",
    "Content-Type: application/octet-stream",
    `Content-Disposition: attachment; filename=${file}`,
    `Content-Length: ${data.length}`,
    `x-MD5: ${md5(data)}`,
    `x-SHA256: ${sha256(data)}`,
    ...(version === "" ? [] : [`x-version: ${version}`]),
    `ETag: "${md5(data)}"`,
    "Accept-Ranges: bytes",
    ...last,
  ].join("\r\n");
}

function notModified(data: Uint8Array, version: string): string {
  return [
    "HTTP/1.1 304 Not Modified",
    `x-MD5: ${md5(data)}`,
    `x-SHA256: ${sha256(data)}`,
    `x-version: ${version}`,
    `ETag: "${md5(data)}"`,
    ...last,
    "",
    "",
  ].join("\r\n");
}

async function withDoor(): Promise<void> {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
}

/** All of an answer; of an image the head. */
async function answer(asking: Asking = {}): Promise<string> {
  const bytes = await rig.raw(esp8266Request(asking));
  const { head, body } = split(bytes);
  return head.includes("octet-stream") ? `${head}\r\n${body.length} bytes` : bytes.toString("latin1");
}

describe("every row on the wire", () => {
  test("update", async () => {
    await withDoor();
    const { head, body } = split(await rig.raw(esp8266Request({ version: "1.1.0" })));
    expect(head).toBe(imageHead("door-1.2.0.bin", doorBin, "1.2.0"));
    expect(body.equals(doorBin)).toBe(true);
  });

  test("update by gzip: MD5 and length are those of the file as it is sent", async () => {
    rig = await startRig();
    rig.put("door-1.2.0.bin.gz", doorGz);
    const { head, body } = split(await rig.raw(esp8266Request({ version: "1.1.0" })));
    expect(head).toBe(imageHead("door-1.2.0.bin.gz", doorGz, "1.2.0"));
    expect(body.equals(doorGz)).toBe(true);
  });

  test("update of an ESP32, whose file has no version", async () => {
    rig = await startRig();
    rig.put("relay.bin", relayBin);
    const { head, body } = split(await rig.raw(esp32Request()));
    expect(head).toBe(imageHead("relay.bin", relayBin, ""));
    expect(body.equals(relayBin)).toBe(true);
  });

  test("update by bundle, to our client", async () => {
    rig = await startRig();
    rig.put("garden.app", gardenApp);
    const { head, body } = split(await rig.raw(sluiceRequest({ version: "1.1.0" })));
    expect(head).toBe(imageHead("garden.app", gardenApp, "1.2.0"));
    expect(body.equals(gardenApp)).toBe(true);
  });

  test("update of a filesystem", async () => {
    rig = await startRig();
    rig.put("door-1.0.0.littlefs", filesystem);
    const { head, body } = split(await rig.raw(esp8266Request({ mode: "spiffs" })));
    expect(head).toBe(imageHead("door-1.0.0.littlefs", filesystem, "1.0.0"));
    expect(body.equals(filesystem)).toBe(true);
  });

  test("same-image, same-version, newer-on-board", async () => {
    await withDoor();
    expect(await answer({ md5: md5(doorBin) })).toBe(notModified(doorBin, "1.2.0"));
    expect(await answer({ version: "1.2.0" })).toBe(notModified(doorBin, "1.2.0"));
    expect(await answer({ version: "1.3.0" })).toBe(notModified(doorBin, "1.2.0"));
  });

  test("version-only", async () => {
    await withDoor();
    const same = notModified(doorBin, "1.2.0").replace("304 Not Modified", "200 OK");
    const expected = same.replace("\r\nCache-Control", "\r\nContent-Length: 0\r\nCache-Control");
    expect(await answer({ mode: "version", version: "1.2.0" })).toBe(expected);
  });

  test("stranger", async () => {
    await withDoor();
    const asked = esp8266Request().replace("ESP8266-http-Update", "Mozilla/5.0");
    expect((await rig.raw(asked)).toString()).toBe(
      textAnswer("403 Forbidden", "only for ESP8266 updater!\n"),
    );
  });

  test("header-missing", async () => {
    await withDoor();
    const asked = esp8266Request().replace("x-ESP8266-AP-MAC", "x-other");
    expect((await rig.raw(asked)).toString()).toBe(
      textAnswer("403 Forbidden", "only for ESP8266 updater! (header)\n"),
    );
  });

  test("header-bad", async () => {
    await withDoor();
    expect(await answer({ mac: "18:FE:AA:0B:0C" })).toBe(
      textAnswer("400 Bad Request", "bad header x-ESP8266-STA-MAC\n"),
    );
  });

  test("unauthorized", async () => {
    rig = await startRig({ secrets: guarded });
    expect(await answer()).toBe(
      textAnswer(
        "401 Unauthorized",
        "a token, or user and password, is wanted\n",
        'WWW-Authenticate: Basic realm="Sluice"',
      ),
    );
    expect(await rig.fleet.devices()).toEqual([]);
  });

  test("blocked", async () => {
    await withDoor();
    await rig.fleet.setDevice(door, { blocked: 1 });
    expect(await answer()).toBe(textAnswer("403 Forbidden", "this board is blocked\n"));
  });

  test("mode-unknown", async () => {
    await withDoor();
    expect(await answer({ mode: "eeprom" })).toBe(
      textAnswer("404 Mode not supported", "mode not supported\n"),
    );
  });

  test("mac-unknown, at the path of the seed's example", async () => {
    await withDoor();
    expect(await answer({ path: "/esp/update/arduino.php" })).toBe(
      textAnswer("500 ESP MAC not configured for updates", `MAC ${door} not configured for updates\n`),
    );
    await rig.fleet.setDevice(door, { product: "door" });
    expect(await answer({ path: "/esp/update/arduino.php" })).toContain("HTTP/1.1 200 OK\r\n");
  });

  test("image-missing, asked for by URL and by the table", async () => {
    rig = await startRig();
    expect(await answer()).toBe(textAnswer("404 Not Found", "no image of door for this board\n"));
    expect(await answer({ path: "/bin/door-1.2.0.bin" })).toBe(
      textAnswer("404 Not Found", "no image of door-1.2.0.bin for this board\n"),
    );
    await rig.fleet.setDevice(door, { product: "door" });
    expect(await answer()).toBe(textAnswer("500 no version for ESP MAC", "no version for ESP MAC\n"));
  });

  test("image-ambiguous", async () => {
    rig = await startRig();
    rig.put("garden.app", gardenApp);
    rig.put("garden-c3.app", buildBundle({ name: "garden", family: 3 }));
    const asked = sluiceRequest().replace(/x-Sluice-board: .*\r\n/, "");
    expect((await rig.raw(asked)).toString()).toBe(
      textAnswer("500 no version for ESP MAC", "images for several chips, and the board's is not known\n"),
    );
  });

  test("too-large", async () => {
    await withDoor();
    expect(await answer({ freeSpace: 4096 })).toBe(
      textAnswer("413 Not Enough Space", `${doorBin.length} bytes do not fit the 4096 that are free\n`),
    );
  });

  test("given-up and rolled-back", async () => {
    await withDoor();
    for (let i = 1; i <= 3; i++) {
      expect(await answer({ version: "1.1.0" })).toContain("HTTP/1.1 200 OK\r\n");
      await rig.event("sent", i);
    }
    expect(await answer({ version: "1.1.0" })).toBe(notModified(doorBin, "1.2.0"));
    expect(rig.events.at(-1)).toMatchObject({ row: "given-up" });
    await rig.fleet.retry(door);
    await rig.raw(esp8266Request({ version: "1.1.0" }));
    await rig.event("sent", 4);
    await rig.fleet.settle(door, "firmware", "rolled-back");
    expect(await answer({ version: "1.1.0" })).toBe(notModified(doorBin, "1.2.0"));
    expect(rig.events.at(-1)).toMatchObject({ row: "rolled-back" });
  });
});

test("the board gets what lies in the folder when it asks", async () => {
  await withDoor();
  expect(await answer({ version: "1.2.0" })).toContain("304 Not Modified");
  const newer = buildArduino(4100);
  rig.put("door-1.3.0.bin", newer);
  expect(split(await rig.raw(esp8266Request({ version: "1.2.0" }))).body.equals(newer)).toBe(true);
});

test("programs go to DeviceScript's boards, bundles to Espruino's, though they have one name", async () => {
  const program = buildDevs({ sealed: true, config: { "@name": "garden", "@version": "2.0.0" } });
  const board = "esp32-devicescript";
  rig = await startRig();
  rig.put("garden.devs", program);
  rig.put("garden.app", gardenApp);
  const forProgram = sluiceRequest({ path: "/update/garden", board, version: "1.0.0", freeSpace: 225_280 });
  expect(split(await rig.raw(forProgram)).body.equals(program)).toBe(true);
  const forBundle = sluiceRequest({ path: "/update/garden", board: "esp32-devkit", version: "0.1.0" });
  expect(split(await rig.raw(forBundle)).body.equals(gardenApp)).toBe(true);
});
