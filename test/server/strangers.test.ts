import { expect, onTestFinished, test } from "vitest";
import { secretHash } from "../../src/server/wire/credentials.js";
import { doorBin, gardenApp, relayBin } from "./support/images.js";
import {
  door,
  esp8266Request,
  guarded,
  lines,
  type Rig,
  rawRequest,
  sharedToken,
  split,
  startRig,
} from "./support/rig.js";

/** What who shares the network, or the boards' secret, can do to others by MAC addresses and tokens that are not his. */

async function rigOf(options: Parameters<typeof startRig>[0] = {}): Promise<Rig> {
  const rig = await startRig(options);
  onTestFinished(() => rig.stop());
  rig.put("door-1.2.0.bin", doorBin);
  rig.put("garden.app", gardenApp);
  return rig;
}

const inventedMac = (i: number): string =>
  `02:00:00:00:${[i >> 8, i & 255].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`;

const get = (path: string): string => lines(`GET ${path} HTTP/1.1`, "Host: x", "Connection: close");

async function json(rig: Rig, path: string): Promise<unknown> {
  return JSON.parse(split(await rig.raw(get(path))).body.toString());
}

test("5,000 invented MAC addresses leave the table small and each answer short", async () => {
  const rig = await rigOf();
  const statuses: number[] = [];
  for (let i = 0; i < 5000; i += 50) {
    const some = Array.from({ length: 50 }, (_, j) =>
      rig.raw(esp8266Request({ mac: inventedMac(i + j), version: "1.2.0" })),
    );
    for (const answer of await Promise.all(some)) statuses.push(split(answer).status);
  }
  expect(statuses.filter((status) => status === 304)).toHaveLength(500);
  expect(statuses.filter((status) => status === 503)).toHaveLength(4500);
  expect(await json(rig, "/api/status")).toMatchObject({ devices: 500 });
  const known = esp8266Request({ mac: inventedMac(7), version: "1.2.0" });
  expect(split(await rig.raw(known)).status).toBe(304);
  // Others are not meant.
  const other = await rawRequest(rig.port, esp8266Request({ version: "1.2.0" }), "127.0.0.2");
  expect(split(other).status).toBe(304);
}, 60_000);

test("a table of thousands comes in pages", async () => {
  const rig = await rigOf({ unknown: { perHour: 5000 } });
  const seen = { ...(await rig.fleet.devices()) };
  expect(seen).toEqual({});
  for (let i = 0; i < 1200; i++) await rig.fleet.met(inventedMac(i));
  const macs = new Set<string>();
  for (const [offset, length] of [
    [0, 500],
    [500, 500],
    [1000, 200],
    [1500, 0],
  ]) {
    const page = (await json(rig, `/api/devices?offset=${offset}`)) as { mac: string }[];
    expect(page).toHaveLength(length ?? -1);
    for (const { mac } of page) macs.add(mac);
  }
  expect(macs.size).toBe(1200);
  expect(await json(rig, "/api/devices?limit=3")).toHaveLength(3);
  expect(split(await rig.raw(get("/api/devices?limit=501"))).status).toBe(400);
  const page = split(await rig.raw(get("/?offset=500"))).body.toString();
  expect(page).toContain("501 to 1000 of 1200");
  expect(page.match(/02:00:00:00/g)).toHaveLength(500);
});

test("boards that nobody knows are limited in number and forgotten; those of the operator stay", async () => {
  const rig = await rigOf({ unknown: { most: 3 } });
  await rig.fleet.setDevice(door, { name: "back door" });
  const poll = async (mac: string): Promise<number> =>
    split(await rig.raw(esp8266Request({ mac, version: "1.2.0" }))).status;
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push(await poll(inventedMac(i)));
  expect(statuses).toEqual([304, 304, 304, 503, 503]);
  expect(await poll(door)).toBe(304);
  rig.pass(6 * 86_400_000);
  expect(await poll(inventedMac(1))).toBe(304);
  rig.pass(2 * 86_400_000);
  expect(await poll(inventedMac(4))).toBe(304);
  expect((await rig.fleet.devices()).map(({ mac }) => mac)).toEqual([door, inventedMac(1), inventedMac(4)]);
});

const bearer = (token: string): readonly string[] => [`Authorization: Bearer ${token}`];

test("a board's own token gets no other product by its URL", async () => {
  const rig = await rigOf({ secrets: guarded });
  rig.put("relay-2.0.0.bin", doorBin.slice());
  rig.put("lamp-2.0.0.bin", relayBin);
  await rig.fleet.setDevice(door, { tokenHash: secretHash("the-door's-own-token") });
  const poll = async (path: string) =>
    split(await rig.raw(esp8266Request({ path, extra: bearer("the-door's-own-token") })));
  expect((await poll("/update/door")).status).toBe(200);
  for (const path of ["/update/relay", "/bin/relay-2.0.0.bin", "/update/relay"]) {
    const { status, body } = await poll(path);
    expect([status, body.toString()]).toEqual([403, "this board's token is for door\n"]);
  }
  expect((await poll("/update/nothing")).status).toBe(404);
  expect((await poll("/update/door")).status).toBe(200);
  // The operator decides.
  await rig.fleet.setDevice(door, { product: "relay" });
  expect((await poll("/update/door")).head).toContain("filename=relay-2.0.0.bin");
});

function reportOf(fields: object, token: string): string {
  const body = JSON.stringify({ mac: door, target: "firmware", version: "1.2.0", ...fields });
  return (
    lines(
      "POST /report HTTP/1.1",
      "Host: x",
      "Connection: close",
      ...bearer(token),
      `Content-Length: ${body.length}`,
    ) + body
  );
}

test("under the shared token a report counts only where the image went, and soon", async () => {
  const rig = await rigOf({ secrets: guarded });
  const poll = esp8266Request({ version: "1.0.0", extra: bearer(sharedToken) });
  const state = async (): Promise<string | undefined> => (await rig.fleet.offer(door, "firmware"))?.state;
  expect(split(await rig.raw(poll)).status).toBe(200);
  await rig.event("sent");
  const back = reportOf({ event: "rolled-back" }, sharedToken);
  expect(split(await rawRequest(rig.port, back, "127.0.0.2")).status).toBe(204);
  expect(await state()).toBe("sent");
  // Nor does a poll from elsewhere.
  const lie = esp8266Request({ version: "1.2.0", extra: bearer(sharedToken) });
  expect(split(await rawRequest(rig.port, lie, "127.0.0.2")).status).toBe(304);
  expect(await state()).toBe("sent");
  expect(split(await rig.raw(poll)).status).toBe(200);
  await rig.event("sent", 2);
  rig.pass(2 * 86_400_000);
  expect(split(await rig.raw(back)).status).toBe(204);
  expect(await state()).toBe("sent");
  expect(split(await rig.raw(poll)).status).toBe(200);
  await rig.event("sent", 3);
  expect(split(await rig.raw(back)).status).toBe(204);
  expect(await state()).toBe("rolled-back");
});

test("a board's own token reports from everywhere, and for that board alone", async () => {
  const rig = await rigOf({ secrets: guarded });
  await rig.fleet.setDevice(door, { tokenHash: secretHash("the-door's-own-token") });
  const poll = esp8266Request({ version: "1.0.0", extra: bearer("the-door's-own-token") });
  expect(split(await rig.raw(poll)).status).toBe(200);
  await rig.event("sent");
  const state = async (): Promise<string | undefined> => (await rig.fleet.offer(door, "firmware"))?.state;
  expect(split(await rig.raw(reportOf({ event: "rolled-back" }, sharedToken))).status).toBe(401);
  expect(await state()).toBe("sent");
  const own = reportOf({ event: "rolled-back" }, "the-door's-own-token");
  expect(split(await rawRequest(rig.port, own, "127.0.0.2")).status).toBe(204);
  expect(await state()).toBe("rolled-back");
  const other = reportOf({ event: "rolled-back", mac: inventedMac(1) }, "the-door's-own-token");
  expect(split(await rig.raw(other)).status).toBe(401);
});
