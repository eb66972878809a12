import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../support/images.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { doorBin, filesystem, md5 } from "./support/images.js";
import { door, esp8266Request, lines, type Rig, sluiceRequest, split, startRig } from "./support/rig.js";

/** What became of an update, as the server infers it without a report, and as boards report it. */
describe.each(databases)("$name", ({ open }) => {
  let store: TestDatabase;
  let rig: Rig;
  beforeEach(async () => {
    sendings = 0;
    store = await open();
    rig = await startRig({ db: store.db });
    rig.put("door-1.2.0.bin", doorBin);
  });
  afterEach(async () => {
    await rig.stop();
    await store.close();
  });

  let sendings = 0;
  const poll = async (version: string, hash?: string): Promise<number> => {
    rig.pass(60_000);
    const asked = esp8266Request(hash === undefined ? { version } : { version, md5: hash });
    const { status } = split(await rig.raw(asked));
    if (status === 200) await rig.event("sent", ++sendings);
    return status;
  };
  const history = async (): Promise<string[]> =>
    (await rig.fleet.reports(20, door))
      .map(({ event, code, inferred }) => [event, code, inferred].join(" "))
      .reverse();

  test("installed shows at the next poll, by version or by MD5", async () => {
    expect([await poll("1.1.0"), await poll("1.2.0")]).toEqual([200, 304]);
    expect(await history()).toEqual(["sent  0", "installed  1"]);
    await rig.fleet.retry(door);
    expect([await poll("1.1.0"), await poll("mine", md5(doorBin)), await poll("mine", md5(doorBin))]).toEqual(
      [200, 304, 304],
    );
    expect((await history()).slice(2)).toEqual(["sent  0", "installed  1"]);
  });

  test("a board that returned to the old version is left alone", async () => {
    expect([await poll("1.1.0"), await poll("1.2.0"), await poll("1.1.0"), await poll("1.1.0")]).toEqual([
      200, 304, 304, 304,
    ]);
    expect(await history()).toEqual(["sent  0", "installed  1", "rolled-back  1"]);
    await rig.fleet.retry(door);
    expect(await poll("1.1.0")).toBe(200);
  });

  test("a board that never becomes it is sent it three times, and again after a day", async () => {
    const answers: number[] = [];
    for (let i = 0; i < 5; i++) answers.push(await poll("1.1.0"));
    expect(answers).toEqual([200, 200, 200, 304, 304]);
    expect((await history()).filter((one) => one === "failed NOT_INSTALLED 1").length).toBe(3);
    rig.pass(86_400_000);
    expect([await poll("1.1.0"), await poll("1.1.0")]).toEqual([200, 304]);
  });

  test.each(["00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "01:00:5E:00:00:01"])(
    "boards that poll as %s share no count: each gets the image, one is reported",
    async (mac) => {
      rig.put("door-1.0.0.littlefs", filesystem);
      for (let board = 0; board < 6; board++) {
        const { status, body } = split(await rig.raw(esp8266Request({ mac, version: "1.1.0" })));
        expect([status, body.equals(doorBin)]).toEqual([200, true]);
        await rig.event("sent", board + 1);
      }
      expect(split(await rig.raw(esp8266Request({ mac, version: "1.2.0" }))).status).toBe(304);
      // Nobody could count how often a filesystem went out.
      expect(split(await rig.raw(esp8266Request({ mac, mode: "spiffs" }))).status).toBe(304);
      expect(await report({ mac, event: "rolled-back", version: "1.2.0" })).toMatch(/^HTTP\/1.1 204/);
      expect(split(await rig.raw(esp8266Request({ mac, version: "1.1.0" }))).status).toBe(200);
      expect(rig.events.filter(({ event }) => event === "trouble")).toEqual([
        {
          event: "trouble",
          text: `127.0.0.1 polls as ${mac}, which is no board's own: such boards get images uncounted`,
        },
      ]);
      expect(await rig.fleet.devices()).toEqual([]);
      expect(await rig.fleet.offers()).toEqual([]);
      expect(await rig.fleet.reports(20)).toEqual([]);
    },
  );

  test("a newer version by cable is no return", async () => {
    expect([await poll("1.1.0"), await poll("1.2.0"), await poll("1.3.0")]).toEqual([200, 304, 304]);
    expect(await history()).toEqual(["sent  0", "installed  1"]);
  });

  const report = async (fields: object): Promise<string> => {
    const body = JSON.stringify({ mac: "30:AE:A4:00:00:07", ...fields });
    const asked = lines(
      "POST /report HTTP/1.1",
      "Host: x",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    );
    return (await rig.raw(asked + body)).toString();
  };
  const ask = async (): Promise<number> => {
    const { status } = split(await rig.raw(sluiceRequest({ version: "1.1.0" })));
    if (status === 200) await rig.event("sent", ++sendings);
    return status;
  };

  test("boards tell what became of it", async () => {
    const bundle = buildBundle({ name: "garden", version: "1.2.0" });
    rig.put("garden.app", bundle);
    expect(await ask()).toBe(200);
    expect(
      await report({
        event: "rolled-back",
        version: "1.2.0",
        md5: md5(bundle),
        code: "CRASHED",
        text: "three times",
      }),
    ).toMatch(/^HTTP\/1\.1 204 No Content\r\nCache-Control: .*\r\nDate: .*\r\nConnection: close\r\n\r\n$/);
    expect(await ask()).toBe(304);
    expect(rig.events.at(-1)).toMatchObject({ row: "rolled-back" });
    expect((await rig.fleet.reports(1))[0]).toMatchObject({
      event: "rolled-back",
      code: "CRASHED",
      text: "three times",
      inferred: 0,
    });
  });

  test("a report of another image changes nothing", async () => {
    rig.put("garden.app", buildBundle({ name: "garden", version: "1.2.0" }));
    await ask();
    await report({ event: "rolled-back", md5: "0".repeat(32) });
    expect(await rig.fleet.offer("30:AE:A4:00:00:07", "app")).toMatchObject({ state: "sent" });
  });

  test("an update that a board refused for now is no try of the image", async () => {
    rig.put("garden.app", buildBundle({ name: "garden", version: "1.2.0" }));
    for (let i = 0; i < 5; i++) {
      expect(await ask()).toBe(200);
      await report({ event: "refused", code: "SAFE_STATE_REFUSED", text: "valve 2 sticks" });
    }
  });

  test("a board may report before it has ever polled", async () => {
    expect(await report({ event: "installed", version: "1.0.0" })).toContain("204 No Content");
    expect(await rig.fleet.device("30:AE:A4:00:00:07")).toMatchObject({
      channel: "stable",
      app: null,
      lastAnswer: null,
    });
  });
});
