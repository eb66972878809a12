import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { uploadImage } from "../../../src/host/index.js";
import { plain } from "./apps.js";
import { startedSlot, startsFirmware } from "./cuts/in-flash.js";
import { Esp32Board, firmwareFolder, isSet } from "./esp32-board.js";
import { firmwareOf, password } from "./flash-file.js";

describe.skipIf(!isSet)("firmware on the emulated ESP32", () => {
  let it: Esp32Board;

  beforeAll(async () => {
    it = await Esp32Board.start(await plain("1.0.0"));
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(it.console.slice(-40).join("\n"))));
  afterAll(() => it?.stop());

  for (const slot of ["ota_0", "factory"])
    test(`goes into ${slot}, is started by the vendor's boot loader and confirmed`, async () => {
      const from = it.events.length;
      const image = firmwareOf(firmwareFolder);
      const { milliseconds } = await uploadImage({ image, to: it.target, password });
      console.log(
        `${image.length} bytes in ${Math.round(milliseconds / 1000)} s; C stack ${await it.stackUsed()} bytes`,
      );
      await it.wait("restart", { why: "update" }, from);
      await it.wait("confirmed", { app: "plain@1.0.0" }, from);
      await it.wait("named", {}, from);
      expect(startedSlot(readFileSync(it.flash))).toBe(slot === "ota_0" ? 0 : -1);
      expect(startsFirmware(it.flash, image)).toBe(true);
    });
});
