import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  judgeRelease,
  keyOfId,
  parseTrailer,
  type Release,
  ReleaseKind,
  releaseDigest,
  trailerHeadLength,
} from "../../../src/core/bundle/trailer.js";
import { nodeBytes } from "../../../src/node/bytes.js";

const sha256 = (text: string) =>
  createHash("sha256").update(Buffer.from(text, "latin1")).digest().toString("latin1");
const set = 1_800_000_000;

const release: Release = {
  keyId: "12345678",
  counter: 5,
  recall: false,
  notAfter: 0,
  nextKey: "",
  digest: "",
  length: 4000,
  kind: ReleaseKind.Bundle,
  family: 2,
  name: "garden",
};

/** The code of the fault, or "" */
function judged(
  of: Partial<Release>,
  running: Partial<Release> | undefined,
  name = "garden",
  wall = set,
): string {
  const runs = running === undefined ? undefined : { ...release, ...running };
  return judgeRelease({ ...release, ...of }, release, runs, name, wall)?.code ?? "";
}

test("any bytes are a trailer or a sentence", () => {
  const head = fc.uint8Array({ maxLength: 200 });
  fc.assert(fc.property(head, (bytes) => typeof parseTrailer(nodeBytes, bytes) === "string"));
  const magic = fc.uint8Array({ minLength: trailerHeadLength, maxLength: trailerHeadLength }).map((bytes) => {
    bytes.set([0x53, 0x4c, 0x55, 0x53, 1, 1]);
    return bytes;
  });
  fc.assert(
    fc.property(magic, (bytes) => {
      const found = parseTrailer(nodeBytes, bytes);
      if (typeof found === "string") return false;
      return found.counter === Buffer.from(bytes).readUInt32LE(16) && found.digest.length === 32;
    }),
  );
});

test("a release is about its image, whole", () => {
  expect(judged({}, undefined)).toBe("");
  for (const other of [{ kind: 2 }, { family: 3 }, { name: "shed" }, { length: 4001 }])
    expect(judged(other, undefined)).toBe("WRONG_RELEASE");
  expect(judged({ recall: true, name: "shed" }, undefined)).toBe("WRONG_RELEASE");
});

test("counter, name and recall", () => {
  expect(judged({}, { counter: 5 })).toBe("");
  expect(judged({}, { counter: 6 })).toBe("OLDER_RELEASE");
  expect(judged({ recall: true }, { counter: 6 })).toBe("");
  expect(judged({}, undefined, "shed")).toBe("WRONG_RELEASE");
  expect(judged({ recall: true }, undefined, "shed")).toBe("");
  expect(judged({}, undefined, "")).toBe("");
});

test("an expiry holds for recalls, too, and needs a clock", () => {
  expect(judged({ notAfter: set }, undefined)).toBe("");
  expect(judged({ notAfter: set - 1 }, undefined)).toBe("RELEASE_EXPIRED");
  expect(judged({ notAfter: set - 1, recall: true }, undefined)).toBe("RELEASE_EXPIRED");
  expect(judged({ notAfter: set }, undefined, "garden", 60)).toBe("CLOCK_NOT_SET");
  expect(judged({}, undefined, "garden", 60)).toBe("");
});

test("a digest differs where one byte does, or the length", () => {
  const digest = (text: string) =>
    releaseDigest(sha256, text.length, (at, length) => text.slice(at, at + length));
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 5000, unit: fc.constantFrom("a", "b") }),
      fc.nat(),
      (text, place) => {
        const at = place % text.length;
        const other = text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
        return digest(text) !== digest(other) && digest(text) !== digest(`${text}a`);
      },
    ),
  );
  expect(digest("x".repeat(1024))).toBe(sha256("x".repeat(1024)));
  expect(digest("x".repeat(1025))).toBe(sha256(`${sha256("x".repeat(1024))}x`));
});

test("a key by its id", () => {
  const [first, second] = ["a".repeat(32), "b".repeat(32)];
  expect(keyOfId(sha256, [first, second], sha256(second).slice(0, 8))).toBe(second);
  expect(keyOfId(sha256, [first], sha256(second).slice(0, 8))).toBe("");
  expect(keyOfId(sha256, [], "")).toBe("");
});
