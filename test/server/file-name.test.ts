import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namePartsOf } from "../../src/server/images/file-name.js";

const products = [
  ..."door relay-8ch relay-4ch zone-2-valve nodemcu-32s garden-v2 soil_2 shelly-2pm esp32-cam pump-12v".split(
    " ",
  ),
  ..."d1-mini-pro m5stick_c 3d-printer wemos-d1 GARDEN_DOOR fan2 led-strip-60 t-beam-v1.1 a x_y-z 433mhz-bridge".split(
    " ",
  ),
];
const versions = [
  ..."1.3.0 1.0 v1.9 V2.0.0 1.10 2.0.0.1 1.2.0-rc.1 1.2.0rc1 1.2.0-beta2 1.2.0-alpha.beta".split(" "),
  ..."1.2.0-5-gabcdef0 1.2.0-dirty v4.4.3-12-g0123456-dirty 2024-01-05 2024.01.05 20240105 1.2.0+build5".split(
    " ",
  ),
  ..."1.2.0-dev 2024-01-05-0930 1.0.2k".split(" "),
];
const endings = [".bin", ".ino.bin", ".bin.gz", ".littlefs", ".app"];

describe.each(products)("%s", (product) => {
  test("before each version and ending", () => {
    versions.forEach((version, index) => {
      for (const separator of ["-", "_"]) {
        const file = `${product}${separator}${version}${endings[index % endings.length]}`;
        expect([file, namePartsOf(file)]).toEqual([file, { product, version }]);
      }
    });
  });

  test("without a version", () => {
    // These two end in what may be one.
    const version =
      { "led-strip-60": "60", "t-beam-v1.1": "v1.1", soil_2: "2", "garden-v2": "v2" }[product] ?? "";
    expect(namePartsOf(`${product}.bin`).version).toBe(version);
  });
});

test.each([
  ["DOOR-7-g14f53a19.bin", "DOOR", "7-g14f53a19"],
  ["beta/door-1.3.0.bin", "door", "1.3.0"],
  ["espruino_2v29.277_esp32.bin", "espruino_2v29.277_esp32", ""],
  ["garden-v2.bin", "garden", "v2"],
])("%s is %s %s", (file, product, version) => {
  expect(namePartsOf(file)).toEqual({ product, version });
});

test.each([
  ["zone-2.bin", "zone", "2", "zone"],
  ["door-1.2.0-esp32.bin", "door", "1.2.0-esp32", "door-esp32-1.2.0"],
])("%s can be read in two ways, which is said", (file, product, version, doubt) => {
  const parts = namePartsOf(file);
  expect(parts).toMatchObject({ product, version });
  expect(parts.doubt).toContain(doubt);
});

test("whatever the name, nothing of it is lost", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._+-]{0,30}$/);
  fc.assert(
    fc.property(name, (stem) => {
      const { product, version } = namePartsOf(`${stem}.bin`);
      expect(product).not.toBe("");
      expect(stem.startsWith(product)).toBe(true);
      expect(stem.replace(/\.(?:gz|ino)$/i, "")).toContain(version);
    }),
  );
});
