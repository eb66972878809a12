import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BoardIdentity,
  basicAuthorization,
  headerValue,
  linesOf,
  toBase64,
  userAgentOf,
} from "../../../src/core/pull/introduction.js";
import { newJob, type PullPlan } from "../../../src/core/pull/job.js";
import { requestOf } from "../../../src/core/pull/request.js";
import type { PullUrl } from "../../../src/core/pull/url.js";
import { readBoardRequest } from "../../../src/server/wire/board-request.js";
import { door, esp32Request, esp8266Request } from "../../server/support/rig.js";
import { facts, plan, urlOf } from "../../support/pull-bench.js";

/** The facts in the captured requests of the rig. */
const esp8266: BoardIdentity = {
  ...facts,
  family: "esp8266",
  mode: "sketch",
  mac: door,
  apMac: `1A${door.slice(2)}`,
  freeSpace: 2744320,
  sketchSize: 400000,
  sdkVersion: "2.5.0",
  version: "",
};
const esp32: BoardIdentity = {
  ...esp8266,
  family: "esp32",
  mac: "24:6F:28:00:00:01",
  apMac: "24:6F:28:00:00:01",
  freeSpace: 1310720,
  sketchSize: 900000,
  sdkVersion: "v5.5",
};
/** The original's request for all of the image. */
function request(url: PullUrl, told: BoardIdentity, more: Partial<PullPlan> = {}): string {
  const who = { userAgent: userAgentOf(told.family, "0.1.0"), lines: linesOf(told) };
  return requestOf(newJob({ ...plan, url, asksVersion: true, ...who, ...more }));
}
const at = (path: string) => urlOf(`http://127.0.0.1:18090${path}`);

describe("byte for byte what the original sends", () => {
  test.each(["sketch", "spiffs", "version"])("ESPhttpUpdate of the ESP8266 core, mode %s", (mode) => {
    const asked = { ...esp8266, mode };
    expect(request(at("/update/door"), asked)).toBe(esp8266Request({ mode }));
    expect(request(at("/update/door"), { ...asked, version: "1.1.0" })).toBe(
      esp8266Request({ mode, version: "1.1.0" }),
    );
  });

  test("with setAuthorization", () => {
    const auth = basicAuthorization("esp", "a-token-for-everyone");
    expect(request(at("/update/door"), esp8266, { authorization: auth })).toBe(
      esp8266Request({ extra: [`Authorization: ${auth}`] }),
    );
  });

  test("HTTPUpdate of arduino-esp32, but for the SHA-256 of what runs, which Espruino does not have", () => {
    const original = (version?: string): string =>
      esp32Request(version === undefined ? {} : { version }).replace(/x-ESP32-sketch-sha256: .*\r\n/, "");
    expect(request(at("/update/relay"), esp32)).toBe(original());
    expect(request(at("/update/relay"), { ...esp32, version: "2.0.0" })).toBe(original("2.0.0"));
  });
});

test("what our own client sends", () => {
  const url = urlOf("http://garden.local:8266/update");
  const job = newJob({ ...plan, url, authorization: "Bearer abc" });
  expect(requestOf(job)).toContain("\r\nAuthorization: Bearer abc\r\nRange: bytes=0-0\r\nx-Sluice-STA-MAC: ");
  job.image = { size: 9000, md5: "", sha256: "", version: "", etag: '"tag"', first: 0 };
  expect(requestOf(job)).not.toContain("Range");
  job.received = 4096;
  expect(requestOf(job).split("\r\n")).toEqual([
    "GET /update HTTP/1.0",
    "Host: garden.local:8266",
    "User-Agent: Sluice-http-Update/0.1.0",
    "Connection: close",
    "Authorization: Bearer abc",
    "Range: bytes=4096-",
    'If-Range: "tag"',
    "x-Sluice-STA-MAC: 30:AE:A4:00:00:07",
    "x-Sluice-free-space: 65536",
    "x-Sluice-sketch-size: 12000",
    "x-Sluice-sketch-md5: 0123456789abcdef0123456789abcdef",
    "x-Sluice-chip-size: 4194304",
    "x-Sluice-sdk-version: 2v29",
    "x-Sluice-mode: app",
    "x-Sluice-app: garden",
    "x-Sluice-version: 1.1.0",
    "x-Sluice-board: esp32-devkit",
    "x-Sluice-slot: a",
    "",
    "",
  ]);
});

test("a board sends no line where it has nothing to say, and 0 where that is the number", () => {
  const nothing = { sketchMd5: "", sdkVersion: "", app: "", version: "", boardId: "", slot: "", state: "" };
  const lines = (told: Partial<BoardIdentity>) => linesOf({ ...facts, ...told }).split("\r\n");
  expect(lines({ ...nothing, freeSpace: -1, sketchSize: 0, chipSize: -1 })).toEqual([
    "x-Sluice-STA-MAC: 30:AE:A4:00:00:07",
    "x-Sluice-sketch-size: 0",
    "x-Sluice-mode: app",
    "",
  ]);
  expect(lines({ state: "rolled-back" })).toContain("x-Sluice-state: rolled-back");
});

/** What Node's parser makes of a request. */
function rawHeaders(request: string): string[] {
  return request
    .split("\r\n")
    .slice(1)
    .filter((line) => line !== "")
    .flatMap((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
}

test("whatever a board calls itself, its request stays one request, and our server understands it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 130 }), (text) => {
      const said = request(at("/"), { ...facts, app: text, version: text, slot: text });
      expect(said.split("\r\n\r\n")).toHaveLength(2);
      expect(said).toMatch(/^[\r\n -~]*$/);
      expect(said.split("\r\n").length).toBeLessThanOrEqual(18);
      const reading = readBoardRequest(rawHeaders(said));
      expect(reading).toMatchObject({ kind: "board", request: { mac: facts.mac, mode: "app" } });
    }),
    { numRuns: 40 },
  );
  expect(headerValue("ä\r\n1")).toBe("???1");
  expect(headerValue("\x1f !~\x7f")).toBe("? !~?");
  expect([headerValue("x".repeat(100)), headerValue("x".repeat(101))]).toEqual(
    Array(2).fill("x".repeat(100)),
  );
});

test("Base64 as everyone's", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 40 }), (text) => {
      expect(toBase64(text)).toBe(Buffer.from(text, "latin1").toString("base64"));
    }),
  );
  expect(basicAuthorization("", "secret")).toBe("");
  expect(basicAuthorization("esp", "")).toBe("");
});
