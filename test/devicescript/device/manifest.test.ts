import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headerOf, readAnswer } from "../../../src/devicescript/device/http-answer.js";
import { readManifest } from "../../../src/devicescript/device/manifest.js";
import { latin1Bytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";

const release = {
  product: "garden",
  version: "2.0.0",
  size: 23_840,
  md5: "2c6b96b5e58797d34daa515429a5a245",
  sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
};

function answer(body: string, md5 = createHash("md5").update(body, "latin1").digest("hex")): string {
  return `HTTP/1.1 200 OK\r\nx-MD5: ${md5}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function read(text: string): unknown {
  const whole = readAnswer(text);
  return whole === undefined ? undefined : readManifest(latin1Bytes, nodeCrypto, whole);
}

describe("an answer", () => {
  test("has a status, headers whatever their case, and a body", () => {
    const { status, head, body } = readAnswer("HTTP/1.0 304 Not Modified\r\nX-MD5:  a \r\n\r\nrest") ?? {};
    expect([status, headerOf(head ?? "", "x-md5"), body]).toEqual([304, "a", "rest"]);
  });

  test.each(["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/2 200\r\n\r\n", "SSH-2.0\r\n\r\n"])(
    "%j is none",
    (text) => expect(readAnswer(text)).toBeUndefined(),
  );

  test("that is cut short anywhere is none", () => {
    const text = answer(JSON.stringify(release));
    for (let length = 0; length < text.length; length++)
      expect(readAnswer(text.slice(0, length)), `${length}`).toBeUndefined();
  });
});

describe("a manifest", () => {
  test("is read under its MD5", () => {
    expect(read(answer(JSON.stringify(release)))).toEqual(release);
  });

  test("with any other MD5, or none, is not", () => {
    const body = JSON.stringify(release);
    expect(read(answer(body, "0".repeat(32)))).toBe("the manifest is damaged");
    expect(read(answer(body, ""))).toBe("the manifest comes without its MD5");
    const damaged = body.replace("2.0.0", "3.0.0");
    expect(read(answer(damaged, createHash("md5").update(body).digest("hex")))).toBe(
      "the manifest is damaged",
    );
  });

  test.each([
    ["no JSON", "{", "not JSON"],
    ["a text", '"garden"', "no object"],
    ["null", "null", "no object"],
    ["without a size", JSON.stringify({ ...release, size: "1" }), "lacks product, version or size"],
    ["without hashes", JSON.stringify({ ...release, sha256: "ab" }), "lacks the program's hashes"],
  ])("%s says what is wrong", (_, body, text) => {
    expect(read(answer(body))).toContain(text);
  });

  test("whatever comes, nothing throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = read(answer(Buffer.from(JSON.stringify(value)).toString("latin1")));
        expect(typeof result === "string" || typeof result === "object").toBe(true);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void read(`HTTP/1.1 200 OK\r\n${text}\r\n\r\n${text}`)));
  });
});
