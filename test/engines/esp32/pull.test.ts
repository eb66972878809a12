import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { guarded, type Rig, sharedToken, startRig } from "../../server/support/rig.js";
import { plain } from "./apps.js";
import { Esp32Board, hostAddress, isSet } from "./esp32-board.js";

/** Of 25,000. */
const mostStack = 20_000;

describe.skipIf(!isSet)("pull of the emulated ESP32", () => {
  let it: Esp32Board;
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig({ secrets: guarded });
    const url = `http://${hostAddress}:${rig.port}/update`;
    const pull = { url, token: sharedToken, jitter: 0, everyMs: 20_000 };
    it = await Esp32Board.start(await plain("1.0.0"), { pull });
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(it.console.slice(-40).join("\n"))));
  afterAll(async () => {
    await it?.stop();
    await rig?.stop();
  });

  test("asks, updates, restarts, confirms and reports; asks again and has it", async () => {
    const from = it.events.length;
    rig.put("plain.app", await plain("2.0.0", 16_000));
    await it.wait("committed", {}, from);
    expect(await it.stackUsed()).toBeLessThan(mostStack);
    expect(await it.wait("confirmed", {}, from)).toMatchObject({ app: "plain@2.0.0", slot: "b" });
    expect(await rig.event("report")).toMatchObject({ report: "installed" });
    expect(await it.wait("pull", { result: "NO_UPDATES" })).toMatchObject({ code: "" });
  });

  test("a server that is away is asked again", async () => {
    await rig.stop();
    expect(await it.wait("pull", { result: "FAILED" })).toMatchObject({ code: "HTTP_CONNECTION_FAILED" });
  });
});
