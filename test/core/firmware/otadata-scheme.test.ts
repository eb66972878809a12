import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FirmwareTarget } from "../../../src/core/firmware/firmware-target.js";
import { OtadataScheme, OtaSwitch } from "../../../src/core/firmware/otadata-scheme.js";
import { makeOtaEntry, OtaState, parseOtaEntry } from "../../../src/core/flash/otadata.js";
import { boardTarget } from "../../../src/image/board-target.js";
import { nodeImageTools } from "../../../src/image/judge-file.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { type Chip, chipOf, untouched, update } from "../../support/firmware-chip.js";
import { buildArduino, buildEsp32 } from "../../support/images.js";

const otadata = 0xc000;
const factory = { offset: 0x10000, size: 0x180000 };
const ota0 = { offset: 0x190000, size: 0x180000 };

interface Rig extends Chip {
  readonly otaSwitch: OtaSwitch;
  readonly scheme: OtadataScheme;
  readonly target: FirmwareTarget;
  readonly order: string[];
}

/** factory and ota_0, as on Espruino's ESP32, with an image in factory. */
function rig(): Rig {
  const chip = chipOf("esp32-devkit");
  chip.chip.program(factory.offset, buildEsp32({ version: "1.0.0" }));
  const otaSwitch = new OtaSwitch(nodeBytes, nodeCrypto, chip.flash, otadata, 1, true);
  const order: string[] = [];
  chip.chip.hook = ({ kind, address }) => {
    order.push(
      `${kind} ${address >= ota0.offset ? "ota_0" : address >= factory.offset ? "factory" : "otadata"}`,
    );
    return undefined;
  };
  const scheme = new OtadataScheme(
    nodeImageTools,
    chip.flash,
    otaSwitch,
    { slots: [ota0], factory },
    boardTarget(chip.board),
    () => undefined,
    (slot) => order.push(`trial ${slot}`) > 0,
  );
  return {
    ...chip,
    otaSwitch,
    scheme,
    target: new FirmwareTarget(nodeImageTools, chip.flash, scheme),
    order,
  };
}

function entry(chip: Chip, sector: number): ReturnType<typeof parseOtaEntry> {
  return parseOtaEntry(nodeBytes, chip.chip.read(otadata + sector * 4096, 32));
}

describe("firmware for factory and ota_0", () => {
  it("goes to the slot that does not run, the trial's record next, the switch last", () => {
    const one = rig();
    const lift = one.chip.protect(factory.offset, factory.offset + factory.size, "the running slot");
    expect(update(one.target, buildEsp32({ version: "2.0.0" }))).toBe("");
    lift();
    expect(one.order.slice(-2)).toEqual(["trial 0", "program otadata"]);
    expect(one.order.slice(0, -2).every((step) => step.endsWith("ota_0"))).toBe(true);
    expect(one.scheme.runningSlot()).toBe(0);
    expect(entry(one, 0)).toMatchObject({ sequence: 1, state: OtaState.Undefined });
    expect(one.target.describe()).toBe("garden@2.0.0");
  });

  it("goes back to factory by clearing bits only, and from there to ota_0 again", () => {
    const one = rig();
    expect(update(one.target, buildEsp32({ version: "2.0.0" }))).toBe("");
    one.order.length = 0;
    one.chip.protect(ota0.offset, ota0.offset + ota0.size, "the running slot");
    expect(update(one.target, buildEsp32({ version: "3.0.0" }))).toBe("");
    expect(one.order.filter((step) => step === "erase otadata")).toEqual([]);
    expect(one.scheme.runningSlot()).toBe(-1);
    expect(entry(one, 0).state).toBe(OtaState.Invalid);
    one.otaSwitch.giveUp();
    expect(one.scheme.runningSlot()).toBe(0);
  });

  it("takes turns where there are two slots, and never touches the one that runs", () => {
    const chip = chipOf("esp32-devkit");
    const slots = [factory, ota0];
    const otaSwitch = new OtaSwitch(nodeBytes, nodeCrypto, chip.flash, otadata, 2, false);
    const tried: number[] = [];
    const scheme = new OtadataScheme(
      nodeImageTools,
      chip.flash,
      otaSwitch,
      { slots, factory: undefined },
      boardTarget(chip.board),
      () => undefined,
      (slot) => tried.push(slot) > 0,
    );
    const target = new FirmwareTarget(nodeImageTools, chip.flash, scheme);
    chip.chip.program(slots[0].offset, buildEsp32({ version: "1.0.0" }));
    expect(target.capacity(0)).toBe(ota0.size);
    for (const [turn, running] of [0, 1, 0, 1].entries()) {
      expect(scheme.runningSlot()).toBe(running);
      const lift = chip.chip.protect(
        slots[running].offset,
        slots[running].offset + 0x180000,
        "the running slot",
      );
      expect(update(target, buildEsp32({ version: `2.0.${turn}` }))).toBe("");
      lift();
    }
    expect(tried).toEqual([1, 0, 1, 0]);
  });

  it("has no place where there is one slot and no factory, or none at all", () => {
    for (const slots of [[], [ota0]]) {
      const one = rig();
      const scheme = new OtadataScheme(
        nodeImageTools,
        one.flash,
        new OtaSwitch(nodeBytes, nodeCrypto, one.flash, otadata, slots.length, false),
        { slots, factory: undefined },
        boardTarget(one.board),
        () => undefined,
        () => true,
      );
      if (slots.length > 0) one.chip.program(ota0.offset, buildEsp32());
      expect(new FirmwareTarget(nodeImageTools, one.flash, scheme).capacity(0)).toBe(0);
    }
  });

  it.each([
    ["for another chip", buildEsp32({ chip: 5 }), "WRONG_BOARD"],
    ["for the ESP8266", buildArduino(4000), "WRONG_KIND|WRONG_BOARD|CORRUPT_IMAGE|TRUNCATED_IMAGE"],
    ["for a later revision only", buildEsp32({ sizeCode: 4 }), "NEW_FLASH_CONFIG_WRONG"],
  ])("%s is refused before the first erase", (_, image, code) => {
    const one = rig();
    expect(untouched(one, () => update(one.target, image))).toMatch(new RegExp(`^(${code})$`));
  });

  it("whose hash is wrong is never switched to", () => {
    const one = rig();
    const image = buildEsp32({ version: "2.0.0" });
    image[image.length - 1] ^= 1;
    expect(update(one.target, image)).toBe("CORRUPT_IMAGE");
    expect(one.scheme.runningSlot()).toBe(-1);
    expect(one.order).not.toContain("trial 0");
  });
});

describe("the switch", () => {
  it("names what was selected last, and the one before it once that is given up, in any sequence", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.array(fc.nat(4), { minLength: 2, maxLength: 12 }),
        (slots, picks) => {
          const chip = chipOf("esp32-devkit");
          const otaSwitch = new OtaSwitch(nodeBytes, nodeCrypto, chip.flash, otadata, slots, false);
          let before = 0;
          let running = 0;
          for (const pick of picks) {
            const slot = pick % slots;
            if (slot === running) continue;
            otaSwitch.select(slot);
            expect(otaSwitch.order()[0]).toBe(slot);
            before = running;
            running = slot;
          }
          const newest = Math.max(
            ...[0, 1].map((i) => entry(chip, i).sequence).filter((s) => s !== 0xffffffff),
            0,
          );
          expect(newest === 0 || (newest - 1) % slots === running).toBe(true);
          if (newest === 0 || entry(chip, 1).sequence === 0xffffffff) return;
          otaSwitch.giveUp();
          expect(otaSwitch.order()[0]).toBe(before);
        },
      ),
    );
  });

  it.each([
    [0, false],
    [1, false],
    [0, true],
  ])("with %i slots, factory %s, and nothing to go back to, it writes nothing", (slots, hasFactory) => {
    const chip = chipOf("esp32-devkit");
    const before = chip.chip.operations;
    new OtaSwitch(nodeBytes, nodeCrypto, chip.flash, otadata, slots, hasFactory).giveUp();
    expect(chip.chip.operations).toBe(before);
  });

  it.each([0, 1])(
    "gives up an entry of another loader's by erasing sector %i, and none beside it",
    (sector) => {
      const one = rig();
      const other = 1 - sector;
      const write = (at: number, sequence: number, state: number) =>
        one.flash.write(makeOtaEntry(nodeBytes, nodeCrypto, sequence, state), at);
      write(otadata + sector * 4096, 3, OtaState.Valid);
      write(otadata + other * 4096, 2, OtaState.Valid);
      for (const beside of [otadata - 4096, otadata + 8192]) one.chip.program(beside, Buffer.from("others"));
      one.otaSwitch.giveUp();
      expect(entry(one, sector).sequence).toBe(0xffffffff);
      expect(entry(one, other)).toMatchObject({ sequence: 2, state: OtaState.Valid });
      for (const beside of [otadata - 4096, otadata + 8192])
        expect(Buffer.from(one.chip.read(beside, 6)).toString()).toBe("others");
    },
  );
});
