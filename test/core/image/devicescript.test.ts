import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeImage } from "../../../src/core/image/judge.js";
import type { ImageJudgement } from "../../../src/core/image/judgement.js";
import { anyTarget, chunkSource } from "../../../src/core/image/source.js";
import { catalogEntry } from "../../../src/errors/sluice-error.js";
import { nodeImageTools } from "../../../src/image/judge-file.js";
import { buildDevs } from "../../support/devs-image.js";

function judge(image: Uint8Array): ImageJudgement {
  return judgeImage(nodeImageTools, chunkSource(image), anyTarget);
}

/** Writes the unsigned 32-bit value into a copy. */
function with32(image: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(image);
  copy.writeUInt32LE(value, at);
  return copy;
}

const plain = buildDevs();
const sealed = buildDevs({ sealed: true });
const section = (index: number): number => plain.readUInt32LE(32 + 8 * index);

describe("a sound program", () => {
  test("says what it is and what it needs", () => {
    const image = buildDevs({
      config: { "@name": "pump", "@version": "2.1.0", devName: "a", "sPin.P4": 1, "sPin.P33": 0 },
    });
    const { fault, program, hashChecked } = judge(image);
    expect(fault).toBeUndefined();
    expect(hashChecked).toBe(false);
    expect(program).toMatchObject({ major: 2, minor: 16, patch: 4, functions: 2, code: 64 });
    expect(program).toMatchObject({ name: "pump", version: "2.1.0" });
    expect([...(program?.safePins ?? [])].sort()).toEqual(["P33=0", "P4=1"]);
  });

  test("may have no configuration", () => {
    const image = Buffer.from(plain);
    image.writeUInt32LE(0, 36 + 8 * 9);
    const cut = image.subarray(0, Math.ceil(section(9) / 32) * 32);
    expect(judge(cut)).toMatchObject({
      fault: undefined,
      program: { name: "", version: "" },
    });
  });

  test("has a configuration whose end may have any key", () => {
    const image = Buffer.from(plain);
    const config = section(9);
    const entries = image.readUInt16LE(config + 12);
    image[config + 88 + 24 * entries + 15] = 0;
    expect(judge(image).fault).toBeUndefined();
    image[config + 88 + 24 * entries + 16] = 0;
    expect(judge(image).fault?.text).toBe("the program's configuration does not end");
  });

  test("is proved by its seal", () => {
    expect(judge(sealed)).toMatchObject({ fault: undefined, hashChecked: true });
    expect(judge(sealed).imageLength).toBe(plain.length);
  });
});

describe("versions", () => {
  test.each([
    [0x02070000, undefined],
    [0x02ff0000, undefined],
    [0x02060000, "WRONG_ENGINE"],
    [0x03000000, "WRONG_ENGINE"],
    [0x01100000, "WRONG_ENGINE"],
  ])("%i", (version, code) => {
    expect(judge(buildDevs({ version })).fault?.code).toBe(code);
  });
});

describe("what the runtime would refuse, or run wrongly", () => {
  const cases: [string, Buffer, string, RegExp][] = [
    ["second magic", with32(plain, 4, 0), "CORRUPT_IMAGE", /second magic/],
    ["a gap between sections", with32(plain, 32 + 8, section(1) + 4), "CORRUPT_IMAGE", /section 1/],
    [
      "a section beyond the end",
      with32(plain, 36 + 8 * 9, 0x7fffffff),
      "TRUNCATED_IMAGE",
      /section 9 .* ends/,
    ],
    ["static roles", with32(with32(plain, 36 + 8 * 2, 4), 36 + 8 * 3, 4), "CORRUPT_IMAGE", /section 3|roles/],
    ["a function elsewhere", with32(plain, 112, 0), "CORRUPT_IMAGE", /function 0/],
    ["a function too long", with32(plain, 112 + 4, 4000), "CORRUPT_IMAGE", /function 0 .* leaves/],
    ["a string outside", with32(plain, section(4), 0xffff), "CORRUPT_IMAGE", /string/],
    ["no configuration", with32(plain, section(9), 1), "CORRUPT_IMAGE", /configuration is none/],
    ["a damaged key", with32(plain, section(9) + 88, 1), "CORRUPT_IMAGE", /entry 0/],
    ["whole pieces", plain.subarray(0, plain.length - 4), "TRUNCATED_IMAGE", /pieces of 32|ends at byte/],
    ["something behind it", Buffer.concat([plain, Buffer.alloc(32)]), "CORRUPT_IMAGE", /follow the end/],
    ["a seal of something else", Buffer.concat([plain, Buffer.alloc(64)]), "CORRUPT_IMAGE", /no seal/],
  ];
  test.each(cases)("%s", (_, image, code, text) => {
    const fault = judge(image).fault;
    expect(fault?.code).toBe(code);
    expect(fault?.text).toMatch(text);
    expect(catalogEntry(code)?.remedy).toBeTruthy();
  });

  /** Twelve bytes of strings: u16 `size` at 0, u16 0 at 6. */
  const strings = (size: number) => [`${String.fromCharCode(size)}\0abcd\0\0efg`];
  const outside = "a string of the bytecode lies outside";
  test.each([
    [6, 0, undefined],
    [7, 0, outside],
    [6, 6, undefined],
    [6, 7, outside],
    [6, 8, outside],
    [6, 0xffffffff, outside],
  ])("a string with %i bytes at %i of 12", (size, at, text) => {
    expect(judge(buildDevs({ strings: strings(size), utf8: [at] })).fault?.text).toBe(text);
    expect(judge(buildDevs({ strings: strings(size), utf8: [0, at] })).fault?.text).toBe(
      size === 7 ? outside : text,
    );
  });

  test.each([
    [0, 11, undefined],
    [0, 12, "a buffer of the bytecode lies outside"],
    [11, 0, undefined],
    [8, 4, "a buffer of the bytecode lies outside"],
  ])("a buffer at %i with %i bytes of 12", (at, length, text) => {
    const image = (buffers: [number, number][]) => buildDevs({ strings: strings(6), buffers });
    expect(judge(image([[at, length]])).fault?.text).toBe(text);
    expect(
      judge(
        image([
          [0, 1],
          [at, length],
        ]),
      ).fault?.text,
    ).toBe(text);
  });

  test("a string of letters that begins behind the last byte", () => {
    expect(judge(with32(plain, section(4), 15)).fault).toBeUndefined();
    expect(judge(with32(plain, section(4), 16)).fault?.text).toBe(outside);
    expect(judge(with32(plain, section(4), 15 << 16)).fault).toBeUndefined();
    expect(judge(with32(plain, section(4), 16 << 16)).fault?.text).toBe(outside);
  });

  test("strings that do not end", () => {
    const image = Buffer.from(plain);
    image[section(8) - 1] = 1;
    expect(judge(image).fault?.text).toBe("the bytecode's strings do not end");
    expect(judge(buildDevs({ strings: [] })).fault?.text).toBe("the bytecode's strings do not end");
  });

  test("functions: none, half a one, more arguments than slots, no whole words", () => {
    const none = "the bytecode's table of functions is empty or cut short";
    expect(judge(buildDevs({ functions: [] })).fault?.text).toBe(none);
    const half = with32(with32(plain, 36, 36), 40, plain.readUInt32LE(40) + 4);
    expect(judge(with32(half, 44, plain.readUInt32LE(44) - 4)).fault?.text).toBe(none);
    const second = Buffer.from(plain);
    second[112 + 16 + 10] = 4;
    expect(judge(second).fault).toBeUndefined();
    second[112 + 16 + 10] = 5;
    expect(judge(second).fault?.text).toContain("function 1 of the bytecode has more arguments");
    expect(judge(with32(plain, 112 + 4, 42)).fault?.text).toContain("function 0 of the bytecode leaves");
    expect(judge(with32(plain, 112 + 20, 28)).fault?.text).toContain("function 1 of the bytecode leaves");
  });

  test("no more code than 16 bits find is taken", () => {
    expect(judge(buildDevs({ functions: [0x10000 - 128 - 4] })).fault).toBeUndefined();
    expect(judge(buildDevs({ functions: [0x10000 - 128] })).fault?.code).toBe("NOT_ENOUGH_SPACE");
  });

  test("more code than 16 bits find", () => {
    const image = buildDevs({ functions: [40000, 26000] });
    expect(judge(image).fault).toMatchObject({ code: "NOT_ENOUGH_SPACE" });
  });
});

describe("damage", () => {
  test("of any byte of a sealed program is found", () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = Buffer.from(sealed);
        damaged[at] ^= mask;
        expect(judge(damaged).fault, `byte ${at} ^ ${mask}`).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  test("of a program without a seal never throws and never reads outside", () => {
    const sectors = fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sectors, fc.nat(plain.length), (changes, length) => {
        const damaged = Buffer.from(plain.subarray(0, length));
        for (const [at, value] of changes) if (at < length) damaged[at] = value;
        const guarded = {
          size: damaged.length,
          read: (offset: number, count: number): Buffer => {
            expect(offset >= 0 && count >= 0 && offset + count <= damaged.length).toBe(true);
            return damaged.subarray(offset, offset + count);
          },
        };
        const { fault, kind } = judgeImage(nodeImageTools, guarded, anyTarget);
        if (kind === "devicescript" && fault === undefined) expect(damaged.length % 32).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  test("cut short anywhere, it is refused", () => {
    for (let length = 0; length < sealed.length; length++)
      if (length !== plain.length) expect(judge(sealed.subarray(0, length)).fault, `${length}`).toBeDefined();
  });
});
