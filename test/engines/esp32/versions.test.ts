import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { uploadImage } from "../../../src/host/index.js";
import { broken, plain } from "./apps.js";
import { Esp32Board, isSet } from "./esp32-board.js";
import { password } from "./flash-file.js";

describe.skipIf(!isSet)("versions that fail on the emulated ESP32", () => {
  let it: Esp32Board;

  beforeAll(async () => {
    it = await Esp32Board.start(await plain("1.0.0"));
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(it.console.slice(-200).join("\n"))));
  afterAll(() => it?.stop());

  for (const [how, what] of [
    ["at-start", "throws at the start"],
    ["early", "throws a little later"],
    ["no-ota", "never asks for updates"],
    ["eats", "eats all memory"],
    ["hangs", "hangs in a callback"],
    ["hangs-at-start", "hangs at the start"],
  ] as const)
    test(`one that ${what}`, async () => {
      let from = it.events.length;
      if (it.watchdog) {
        it.watchdog = false;
        await it.powerCycle();
        await it.wait("named", {}, from);
      }
      from = it.events.length;
      await uploadImage({ image: await broken(how), to: it.target, password });
      if (how.startsWith("hangs")) {
        it.watchdog = true;
        await it.powerCycle();
      }
      expect(await it.wait("trial", {}, from)).toMatchObject({ app: "broken@9.0.0" });
      const back = await it.wait("boot", { app: "plain@1.0.0" }, from, 400_000);
      expect(back["why"]).toBe("rollback");
      from = it.events.indexOf(back);
      await it.wait("ready", { app: "plain@1.0.0" }, from);
      await it.wait("named", {}, from);
    });
});
