import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readDevManifest } from "../../../src/espruino/build/manifest.js";
import { manifestSchema } from "../../../src/espruino/build/manifest-schema.js";

const dev = mkdtempSync(join(tmpdir(), "sluice-schema-"));
afterAll(() => rmSync(dev, { recursive: true }));

const editorAccepts = new Ajv().compile(manifestSchema);

async function readerAccepts(manifest: unknown): Promise<boolean> {
  writeFileSync(join(dev, "sluice.json"), JSON.stringify(manifest));
  const read = readDevManifest({ dev });
  return read.then(
    () => true,
    () => false,
  );
}

const strange = fc.constantFrom(null, 7, true, "", [], {}, "x");
/** Mostly good, now and then near the edge, or something else. */
const mostly = (good: fc.Arbitrary<unknown>, edge: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 12, arbitrary: good },
    { weight: 2, arbitrary: edge },
    { weight: 1, arbitrary: strange },
  );
const version = mostly(
  fc.constantFrom("1.0.0", "10.0.2-rc.1", "1.0.0-0.a-b", "1.0.0--"),
  fc.oneof(
    fc.constantFrom("1.0", "01.0.0", "v1.0.0", "1.0.0-01", "1.0.0-", "1.0.0+5", " 1.0.0"),
    fc.string({ unit: fc.constantFrom("0", "1", ".", "-", "+", "a"), maxLength: 26 }),
    fc.nat({ max: 24 }).map((length) => `1.0.0-${"a".repeat(length)}`),
  ),
);
const pin = mostly(
  fc.record({ pin: fc.nat({ max: 254 }), level: fc.nat({ max: 1 }) }),
  fc.record({
    pin: fc.oneof(fc.integer({ min: -1, max: 256 }), strange),
    level: fc.oneof(fc.nat({ max: 2 }), strange),
  }),
);
/** A pin that is listed twice is beyond what a schema can name. */
const pins = (maxLength: number) =>
  fc.uniqueArray(pin, {
    maxLength,
    selector: (one) => (one !== null && typeof one === "object" && "pin" in one ? String(one.pin) : one),
  });
const manifest = mostly(
  fc.record(
    {
      $schema: mostly(fc.string(), strange),
      name: mostly(fc.constant("shed"), fc.string({ minLength: 1, maxLength: 26 })),
      version,
      entry: mostly(fc.string(), strange),
      board: mostly(fc.string(), strange),
      safePins: mostly(pins(3), pins(18)),
      agent: version,
    },
    { requiredKeys: ["name", "version"] },
  ),
  fc.record({ name: fc.constant("shed"), version, ota: strange }, { requiredKeys: [] }),
);

test("the schema accepts what the reader accepts, and nothing else", async () => {
  const seen = { accepted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(manifest, async (value) => {
      const accepted = await readerAccepts(value);
      seen[accepted ? "accepted" : "refused"] += 1;
      expect(editorAccepts(value), JSON.stringify(editorAccepts.errors)).toBe(accepted);
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
});

test.each(Object.keys(manifestSchema.properties))(
  "the reader knows %s: another kind of value is refused",
  async (key) => {
    expect(await readerAccepts({ name: "shed", version: "1.0.0", [key]: {} })).toBe(false);
  },
);
