import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namePartsOf } from "../../src/server/images/file-name.js";
import { readBoardReport } from "../../src/server/report-endpoint.js";
import { familyOf, readBoardRequest } from "../../src/server/wire/board-request.js";
import { boardMayPoll, operatorMayRead, secretHash } from "../../src/server/wire/credentials.js";
import { normaliseMac, pathSegments } from "../../src/server/wire/names.js";
import { matchesEtag, readRange } from "../../src/server/wire/range.js";
import { guarded, open, sharedToken } from "./support/rig.js";

const complete: readonly (readonly [string, string])[] = [
  ["User-Agent", "ESP8266-http-Update"],
  ["x-ESP8266-STA-MAC", "18:FE:AA:0B:0C:0D"],
  ["x-ESP8266-AP-MAC", "1A:FE:AA:0B:0C:0D"],
  ["x-ESP8266-free-space", "671744"],
  ["x-ESP8266-sketch-size", "373940"],
  ["x-ESP8266-sketch-md5", "A56F8EF78A0BEBD812F62067DAF1408A"],
  ["x-ESP8266-chip-size", "4194304"],
  ["x-ESP8266-sdk-version", "1.3.0"],
  ["x-ESP8266-version", "DOOR-7-g14f53a19"],
];

describe("what boards say", () => {
  const spelling = fc.infiniteStream(fc.boolean());
  test("headers count in any case and any order", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...complete], { minLength: complete.length }),
        spelling,
        (headers, upper) => {
          const turned = (name: string): string =>
            [...name].map((char) => (upper.next().value ? char.toUpperCase() : char.toLowerCase())).join("");
          expect(readBoardRequest(headers.flatMap(([name, value]) => [turned(name), ` ${value} `]))).toEqual({
            kind: "board",
            request: {
              family: "esp8266",
              mac: "18:FE:AA:0B:0C:0D",
              mode: "sketch",
              freeSpace: 671744,
              sketchSize: 373940,
              sketchMd5: "a56f8ef78a0bebd812f62067daf1408a",
              chipSize: 4194304,
              sdkVersion: "1.3.0",
              version: "DOOR-7-g14f53a19",
            },
          });
        },
      ),
    );
  });

  test("whatever a header holds, it is read or refused, and what is read is plain", () => {
    const value = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc.constantFrom("", "0", "-1", "1e9", "NaN"),
    );
    fc.assert(
      fc.property(fc.nat(complete.length - 2), value, (which, text) => {
        const headers = complete.map(([name, old], i): [string, string] => [
          name,
          i === which + 1 ? text : old,
        ]);
        const reading = readBoardRequest(headers.flat());
        if (reading.kind === "malformed") return reading.text === `bad header ${headers[which + 1]?.[0]}`;
        if (reading.kind !== "board") return false;
        const { mac, freeSpace = 0, chipSize = 0, version = "" } = reading.request;
        return (
          /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) &&
          freeSpace >= 0 &&
          chipSize >= 0 &&
          /^[\x20-\x7e]*$/.test(version)
        );
      }),
    );
  });

  test("a header that comes twice decides nothing", () => {
    for (const [name, value] of complete.slice(1)) {
      // The access point's address is required, and not used.
      if (name.includes("AP-MAC")) continue;
      const twice = readBoardRequest([...complete.flat(), name.toLowerCase(), value]);
      expect(twice).toEqual({ kind: "malformed", text: `bad header ${name}` });
    }
  });

  test("user agents", () => {
    expect(familyOf("esp8266-HTTP-update")).toBe("esp8266");
    expect(familyOf("ESP32-http-Update")).toBe("esp32");
    expect(familyOf("Sluice-http-Update/0.1.0")).toBe("sluice");
    for (const other of ["", "ESP8266-http-Update/2", "xESP8266-http-Update", "Sluice-http-Update/<b>"])
      expect(familyOf(other)).toBeUndefined();
  });
});

describe("MAC addresses", () => {
  test("every spelling is one", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 6, maxLength: 6 }),
        fc.constantFrom(":", "-", "", "."),
        fc.boolean(),
        (bytes, gap, upper) => {
          const hex = Buffer.from(bytes).toString("hex");
          const every = gap === "." ? 4 : 2;
          const spelt = (hex.match(new RegExp(`.{${every}}`, "g")) ?? []).join(gap);
          const wanted = (hex.match(/../g) ?? []).join(":").toUpperCase();
          expect(normaliseMac(upper ? spelt.toUpperCase() : spelt)).toBe(wanted);
        },
      ),
    );
  });
  test.each([
    "",
    "18:FE:AA:0B:0C",
    "18:FE-AA:0B:0C:0D",
    "18:FE:AA:0B:0C:0G",
    "18:FE:AA:0B:0C:0D:0E",
    " 18FEAA0B0C0D",
  ])("%j is none", (text) => expect(normaliseMac(text)).toBeUndefined());
});

describe("ranges", () => {
  test("what is answered lies inside the body", () => {
    const part = fc.oneof(fc.nat(3000).map(String), fc.constant(""), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(part, part, fc.nat(2000), (from, to, size) => {
        const range = readRange(`bytes=${from}-${to}`, size);
        return (
          typeof range === "string" || (0 <= range.first && range.first <= range.last && range.last < size)
        );
      }),
    );
  });
  test.each([
    ["bytes=0-0", { first: 0, last: 0 }],
    ["bytes=990-", { first: 990, last: 999 }],
    ["bytes=-10", { first: 990, last: 999 }],
    ["bytes=-5000", { first: 0, last: 999 }],
    ["bytes=5-5000", { first: 5, last: 999 }],
    ["bytes=1000-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=7-3", "whole"],
    ["bytes=-", "whole"],
    ["bytes=0-1,5-6", "whole"],
    ["lines=1-2", "whole"],
    [undefined, "whole"],
  ])("%s of 1000 bytes", (header, expected) => expect(readRange(header, 1000)).toEqual(expected));
  test("entity tags", () => {
    expect(matchesEtag('W/"a", "b"', '"a"')).toBe(true);
    expect(matchesEtag("*", '"a"')).toBe(true);
    expect(matchesEtag('"ab"', '"a"')).toBe(false);
    expect(matchesEtag(undefined, '"a"')).toBe(false);
  });
});

describe("paths", () => {
  test.each([
    "/../etc/passwd",
    "/update/..",
    "/update/%2e%2e/x",
    "/update/%252e%252e",
    "/update/..%2f..%2fetc",
    "/update/a%00.bin",
    "/update/.sluice",
    "/update\\..\\x",
    "/update//x",
    "/update/%",
    "/update/a%0d%0ax-y:z",
    "http://elsewhere/update",
    "*",
    "",
  ])("%j is refused", (path) => expect(pathSegments(path)).toBeUndefined());
  test("what passes holds plain names only, and passes again", () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string({ maxLength: 20 }), (path, more) => {
        const segments = pathSegments(`${path || "/"}${more}`);
        if (segments === undefined) return true;
        expect(pathSegments(`/${segments.join("/")}`)).toEqual(segments);
        return segments.every((one) => /^[\w][\w.:+-]*$/.test(one) && !one.includes(".."));
      }),
    );
  });
  test("query and hash do not count", () => {
    expect(pathSegments("/update/door?x=/../y#z")).toEqual(["update", "door"]);
    expect(pathSegments("/")).toEqual([]);
  });
});

describe("secrets", () => {
  const basic = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const own = secretHash("own-token-of-the-door");
  test.each([
    [basic("gardener", "rosebush"), true],
    [`Bearer ${sharedToken}`, true],
    [basic("anyone", sharedToken), true],
    [basic("gardener", "rosebush2"), false],
    [basic("Gardener", "rosebush"), false],
    ["Bearer rosebush", false],
    ["Bearer own-token-of-the-door", false],
    ["Basic !!!", false],
    ["Digest x", false],
    [undefined, false],
  ])("%s", (header, expected) => {
    expect(boardMayPoll(guarded, header, null)).toBe(expected);
    expect(operatorMayRead(guarded, header)).toBe(expected);
  });
  test("a board with a token of its own needs that one, even of an open server", () => {
    expect(boardMayPoll(guarded, "Bearer own-token-of-the-door", own)).toBe(true);
    expect(boardMayPoll(guarded, basic("esp", "own-token-of-the-door"), own)).toBe(true);
    expect(boardMayPoll(guarded, `Bearer ${sharedToken}`, own)).toBe(false);
    expect(boardMayPoll(open, undefined, own)).toBe(false);
    expect(boardMayPoll(open, undefined, null)).toBe(true);
  });
});

test.each([
  ["door-1.2.0.bin", "door", "1.2.0"],
  ["door-1.2.0.bin.gz", "door", "1.2.0"],
  ["DOOR-7-g14f53a19.bin", "DOOR", "7-g14f53a19"],
  ["garden-door-v2.0.0-rc.1.app", "garden-door", "v2.0.0-rc.1"],
  ["door.bin", "door", ""],
])("%s is product %s, version %s", (file, product, version) => {
  expect(namePartsOf(file)).toEqual({ product, version });
});

describe("reports", () => {
  const good = {
    mac: "18feaa0b0c0d",
    event: "failed",
    target: "app",
    version: "1.2.0",
    md5: "AB".repeat(16),
    code: "MD5_MISMATCH",
    text: "twice",
  };
  const read = (value: unknown): ReturnType<typeof readBoardReport> =>
    readBoardReport(Buffer.from(JSON.stringify(value)));
  test("a good one", () => {
    expect(read(good)).toEqual({ ...good, mac: "18:FE:AA:0B:0C:0D", md5: "ab".repeat(16) });
    expect(read({ mac: "18feaa0b0c0d", event: "installed" })).toMatchObject({ target: "app", code: null });
  });
  test.each([
    [{ ...good, mac: "18feaa0b0c" }, "mac is not a MAC address"],
    [{ ...good, event: "exploded" }, "event is not known"],
    [{ ...good, target: "toaster" }, "target is not known"],
    [{ ...good, text: "a\u0000b" }, "text is too long or not readable"],
    [{ ...good, text: "x".repeat(201) }, "text is too long or not readable"],
    [{ ...good, code: "<b>" }, "code is malformed"],
    [{ ...good, md5: "12" }, "md5 is malformed"],
    [{ ...good, extra: "1" }, '"extra" is not known'],
    [{ ...good, version: 7 }, "version is not a text"],
    [[good], "a JSON object is wanted"],
    [null, "a JSON object is wanted"],
  ])("%j", (value, wrong) => expect(read(value)).toBe(wrong));
  test("any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => typeof readBoardReport(bytes) === "string"),
    );
    expect(readBoardReport(Buffer.from('{"__proto__":{"mac":"18feaa0b0c0d"}}'))).toBe(
      '"__proto__" is not known',
    );
  });
});
