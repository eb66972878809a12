import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fromLength,
  type GatewayMessage,
  gatewayMessage,
  idLength,
  jsonLimit,
  nameLength,
  type ProgramMessage,
  plainText,
  programMessage,
  reasonLength,
  whyLength,
} from "../../src/devicescript/messages.js";

const u32 = fc.nat(4294967295);
const text = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: "binary", maxLength: 2 * most }).map((any) => plainText(any, most));
const id = fc.stringMatching(/^[0-9a-f]{8}$/);

const fromGateway: fc.Arbitrary<GatewayMessage> = fc.oneof(
  fc.record({ do: fc.constant("prepare" as const), id, bytes: u32, from: text(fromLength), waitMs: u32 }),
  fc.record({ do: fc.constant("resume" as const), id }),
  fc.constant({ do: "report" as const }),
);
const fromProgram: fc.Arbitrary<ProgramMessage> = fc.oneof(
  fc.record({ say: fc.constant("closing" as const), id, reason: text(reasonLength), waitMs: u32 }),
  fc.record({ say: fc.constant("ready" as const), id }),
  fc.record({ say: fc.constant("refused" as const), id, reason: text(reasonLength), retryMs: u32 }),
  fc.record({ say: fc.constant("released" as const), id }),
  fc.record({
    say: fc.constant("hello" as const),
    app: text(nameLength),
    version: text(nameLength),
    healthy: fc.boolean(),
    why: text(whyLength),
    boots: u32,
    upMs: u32,
  }),
);

describe("what gateway and program say to each other", () => {
  test("arrives as it was sent, and always fits", () => {
    const fits = (json: string): boolean => Buffer.byteLength(json) <= jsonLimit;
    fc.assert(
      fc.property(fromGateway, (message) => {
        const json = JSON.stringify(message);
        expect(fits(json)).toBe(true);
        expect(gatewayMessage(JSON.parse(json))).toEqual(message);
      }),
    );
    fc.assert(
      fc.property(fromProgram, (message) => {
        const json = JSON.stringify(message);
        expect(fits(json)).toBe(true);
        expect(programMessage(JSON.parse(json))).toEqual(message);
      }),
    );
  });

  test("the longest of each kind fits, so that the limits are not too generous", () => {
    const long = (most: number): string => "x".repeat(most);
    const most = 4294967295;
    const messages = [
      { do: "prepare", id: long(idLength), bytes: most, from: long(fromLength), waitMs: most },
      { say: "refused", id: long(idLength), reason: long(reasonLength), retryMs: most },
      {
        say: "hello",
        app: long(nameLength),
        version: long(nameLength),
        healthy: false,
        why: long(whyLength),
        boots: most,
        upMs: most,
      },
    ];
    for (const message of messages) expect(JSON.stringify(message).length).toBeLessThanOrEqual(jsonLimit);
  });

  test("nonsense reads as nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const read of [gatewayMessage(value), programMessage(value)])
          if (read !== undefined) expect(value).toBeTypeOf("object");
      }),
    );
    expect(gatewayMessage({ do: "prepare" })).toBeUndefined();
    expect(programMessage({ say: "ready" })).toBeUndefined();
    expect(programMessage({ say: "hello", boots: -1, healthy: "yes" })).toMatchObject({
      boots: 0,
      healthy: false,
    });
  });

  test("text is made plain", () => {
    expect(plainText('a"\\ü\n€', 10)).toBe("a'/???");
    expect(plainText("abcdef", 3)).toBe("abc");
  });
});
