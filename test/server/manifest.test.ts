import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { buildDevs } from "../support/devs-image.js";
import { gardenApp, md5, sha256 } from "./support/images.js";
import { guarded, type Rig, sharedToken, sluiceRequest, split, startRig } from "./support/rig.js";

let rig: Rig;
afterEach(() => rig.stop());

const program = buildDevs({ sealed: true, config: { "@name": "garden", "@version": "2.0.0" } });
const board = "esp32-devicescript";

describe("GET /manifest/PRODUCT, for boards that can look but not take", () => {
  test("names what there is, under the MD5 of its own words, and sends nothing of it", async () => {
    rig = await startRig();
    rig.put("garden.devs", program);
    const request = sluiceRequest({ path: "/manifest/garden", board, version: "1.0.0" });
    const { head, body, status } = split(await rig.raw(request));
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toEqual({
      product: "garden",
      version: "2.0.0",
      size: program.length,
      md5: md5(program),
      sha256: sha256(program),
    });
    expect(head).toContain(`x-MD5: ${createHash("md5").update(body).digest("hex")}`);
    expect(rig.events.map(({ event }) => event)).not.toContain("sent");
  });

  test("answers that there is nothing new in the words of every poll", async () => {
    rig = await startRig();
    rig.put("garden.devs", program);
    const request = sluiceRequest({ path: "/manifest/garden", board, version: "2.0.0" });
    expect(split(await rig.raw(request)).status).toBe(304);
  });

  test("wants the same secret as a poll", async () => {
    rig = await startRig({ secrets: guarded });
    rig.put("garden.devs", program);
    const asking = { path: "/manifest/garden", board, version: "1.0.0" };
    expect(split(await rig.raw(sluiceRequest(asking))).status).toBe(401);
    const extra = [`Authorization: Bearer ${sharedToken}`];
    expect(split(await rig.raw(sluiceRequest({ ...asking, extra }))).status).toBe(200);
  });
});

test("programs go to DeviceScript's boards, bundles to Espruino's, though they have one name", async () => {
  rig = await startRig();
  rig.put("garden.devs", program);
  rig.put("garden.app", gardenApp);
  const forProgram = sluiceRequest({ path: "/update/garden", board, version: "1.0.0", freeSpace: 225_280 });
  expect(split(await rig.raw(forProgram)).body.equals(program)).toBe(true);
  const forBundle = sluiceRequest({ path: "/update/garden", board: "esp32-devkit", version: "0.1.0" });
  expect(split(await rig.raw(forBundle)).body.equals(gardenApp)).toBe(true);
});
