import { describe, expect, it } from "vitest";
import { FirmwareTarget } from "../../../src/core/firmware/firmware-target.js";
import { judgeWhole } from "../../../src/core/firmware/judge-stored.js";
import { User12Scheme } from "../../../src/core/firmware/user12-scheme.js";
import { parseFlagSector, parseUserParams } from "../../../src/core/flash/user-params.js";
import { boardTarget } from "../../../src/image/board-target.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { type Chip, chipOf, operations, tools, update } from "../../support/firmware-chip.js";
import { buildArduino, buildUser } from "../../support/images.js";

const user2 = 0x101000;
const params = 0x3fd000;
const flag = 0x3ff000;
const slots = { user2, maxImage: 0xca000, flashSize: 0x400000, bootVersion: 6 };

interface Rig extends Chip {
  readonly scheme: User12Scheme;
  readonly target: FirmwareTarget;
}

function rig(): Rig {
  const chip = chipOf("esp8266-4mb");
  chip.nor.program(0x1000, buildUser({ slot: 1 }));
  const image = boardTarget(chip.board);
  const scheme = new User12Scheme(
    tools,
    chip.flash,
    slots,
    (userBin) => ({ ...image, userBin }),
    () => undefined,
  );
  return { ...chip, scheme, target: new FirmwareTarget(tools, chip.flash, scheme, judgeWhole) };
}

describe("user1 and user2", () => {
  it("take turns; the parameters go into the copy that does not count, the flag sector last", () => {
    const one = rig();
    const seen: number[] = [];
    one.nor.hook = ({ address }) => {
      if (address >= 0x3fc000) seen.push(address & ~0xfff);
      return undefined;
    };
    expect(one.scheme.runningSlot()).toBe(0);
    for (const [slot, running] of [
      [2, 1],
      [1, 0],
      [2, 1],
    ]) {
      const active = parseFlagSector(nodeBytes, one.nor.read(flag, 32)).copy;
      seen.length = 0;
      expect(update(one.target, buildUser({ slot, iromLength: 4000 + slot * 16 }))).toBe("");
      expect([...new Set(seen)]).toEqual([params + (1 - active) * 4096, flag]);
      expect(one.scheme.runningSlot()).toBe(running);
      const found = parseUserParams(nodeBytes, one.nor.read(params + (1 - active) * 4096, 32));
      expect(found).toMatchObject({ useBin: running, bootStatus: 1, version: 6, enhance: 1 });
      expect(parseFlagSector(nodeBytes, one.nor.read(flag, 32)).copy).toBe(1 - active);
    }
    expect(parseFlagSector(nodeBytes, one.nor.read(flag, 32)).writeCount).toBe(3);
  });

  it("keep what the SDK has behind the parameters, Wi-Fi settings among it", () => {
    const one = rig();
    const settings = Buffer.from("ssid and password of the garden");
    // A blank flag sector means that the second copy counts.
    one.nor.program(params + 4096 + 8, settings);
    expect(update(one.target, buildUser({ slot: 2 }))).toBe("");
    expect(Buffer.from(one.nor.read(params + 8, settings.length)).equals(settings)).toBe(true);
  });

  it("never touch the running slot, the RF data or the boot loader", () => {
    const one = rig();
    one.nor.protect(0, 0x1000 + slots.maxImage, "boot loader and user1");
    one.nor.protect(0x3fc000, 0x3fd000, "RF data");
    expect(update(one.target, buildUser({ slot: 2, iromLength: 30_000 }))).toBe("");
  });

  it.each([
    ["linked for the slot that runs", buildUser({ slot: 1 }), "WRONG_BOARD"],
    ["of Arduino", buildArduino(4000), "WRONG_KIND"],
  ])("refuse an image %s before the first erase", (_, image, code) => {
    const one = rig();
    let answer = "";
    expect(
      operations(one, () => {
        answer = update(one.target, image);
      }),
    ).toBe(0);
    expect(answer).toBe(code);
  });

  it("never switch to an image whose code is damaged, though boot_v1.x would start it", () => {
    const one = rig();
    const image = buildUser({ slot: 2 });
    image[100] ^= 1;
    expect(update(one.target, image)).toBe("CORRUPT_IMAGE");
    expect(one.scheme.runningSlot()).toBe(0);
  });
});
