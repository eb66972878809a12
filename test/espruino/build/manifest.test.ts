import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../../../src/errors/sluice-error.js";
import { parseManifest, readDevManifest } from "../../../src/espruino/build/manifest.js";

describe("a manifest", () => {
  it("may leave out what has a usual value", () => {
    expect(parseManifest('{"name":"blink","version":"1.0.0"}')).toEqual({
      name: "blink",
      version: "1.0.0",
      entry: "main.ts",
      safePins: [],
      agent: "",
    });
  });

  it.each([
    ["{", "not JSON"],
    ["[]", "not a JSON object"],
    ['{"version":"1.0.0"}', '"name" is missing'],
    ['{"name":"a","version":1}', '"version" is not a text'],
    ['{"name":"a","version":"1.0.0","safePin":[]}', 'there is no setting "safePin"'],
    ['{"name":"a","version":"1.0.0","safePins":{}}', '"safePins" is not a list'],
    ['{"name":"a","version":"1.0.0","safePins":[{"pin":1,"level":0},{"pin":"D4"}]}', "entry 2"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => parseManifest(text)).toThrow(message);
  });

  it("of any text is read or refused, nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseManifest(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SluiceError);
        }
      }),
    );
  });

  it("that is not there is named", async () => {
    await expect(readDevManifest({ dev: "no/such/folder" })).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      message: expect.stringContaining("sluice.json"),
    });
  });
});
