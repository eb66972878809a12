import { afterAll, beforeAll, expect, test } from "vitest";
import { trailerLength } from "../../src/core/bundle/trailer.js";
import { Endpoint } from "../../src/devicescript/gateway/endpoint/endpoint.js";
import { EndpointClient } from "../../src/devicescript/gateway/endpoint/endpoint-client.js";
import { StateFolder } from "../../src/devicescript/gateway/store/state-folder.js";
import type { KeyPair, ReleaseTerms } from "../../src/host/keys/sign-release.js";
import { BoardModel, hashOf } from "../support/devicescript/board-model.js";
import { GatewayBench } from "../support/devicescript/gateway-bench.js";
import { WsskClient } from "../support/devicescript/wssk-client.js";
import { buildDevs } from "../support/devs-image.js";
import { signedOnce, testKey } from "../support/signed-images.js";

const id = "0011223344556677";
const limits = { confirmMs: 20, reportMs: 20, trialMs: 2000, answerMs: 500, backOffMs: 10, helloMs: 50 };
const owner = testKey("owner");
const second = testKey("second");
const trust = [Buffer.from(owner.publicKey).toString("hex")];

const program = (version: string, name = "garden") =>
  buildDevs({ config: { "@name": name, "@version": version }, sealed: true });

function signAll() {
  const sign = (version: string, terms: ReleaseTerms, keys: KeyPair = owner) =>
    signedOnce(program(version), keys, terms);
  return {
    first: sign("1.0.0", { counter: 3 }),
    again: sign("1.0.0", { counter: 4 }),
    recall: sign("0.9.0", { counter: 2, recall: true }),
    introducing: sign("2.0.0", { counter: 5, nextKey: second.publicKey }),
    introduced: sign("3.0.0", { counter: 6 }, second),
    revoking: sign("4.0.0", { counter: 7 }),
  };
}

const signed = signAll();

const bench = new GatewayBench({ limits, trust });
const model = new BoardModel(id, () => performance.now());
// The model runs what it is given by name; what a program of DeviceScript's format does is not its business.
model.assume = { version: "1.0.0", mode: "normal" };
let client: WsskClient;
let connection = "";
async function connect(): Promise<void> {
  const from = bench.events.length;
  await bench.start();
  if (connection === "") connection = bench.provision(id, "roses");
  client = new WsskClient(connection, model);
  await bench.connected("roses", from);
}
beforeAll(connect);
afterAll(async () => {
  client.close();
  await bench.remove();
});

/** The code that it was refused with; undefined: it runs. The slot is looked at, too. */
async function sent(file: Uint8Array): Promise<string | undefined> {
  const before = model.slot;
  const { failed, steps } = await bench.update("roses", file);
  const image = file.subarray(0, file.length - trailerLength);
  if (failed === undefined) expect(hashOf(model.slot ?? new Uint8Array())).toBe(hashOf(image));
  else {
    expect(model.slot).toBe(before);
    expect(steps).toEqual([]);
  }
  return failed?.code;
}

function flipped(file: Uint8Array, at: number): Uint8Array {
  const bytes = Uint8Array.from(file);
  bytes[at] ^= 1;
  return bytes;
}

/** With another number in the trailer; what it is about is looked at before the signature. */
function altered(file: Uint8Array, at: number, value: number): Uint8Array {
  const bytes = Buffer.from(file);
  bytes.writeUInt32LE(value, bytes.length - trailerLength + at);
  return bytes;
}

test("a gateway with keys gives boards signed programs only, never older ones; the board gets no signature", async () => {
  expect(await sent(program("1.0.0"))).toBe("NOT_SIGNED");
  expect(await sent(signed.introduced)).toBe("KEY_UNKNOWN");
  expect(await sent(altered(signed.first, 24, 1_767_225_601))).toBe("RELEASE_EXPIRED");
  expect(await sent(signed.first)).toBeUndefined();
  expect(await sent(altered(signed.introducing, 16, 2))).toBe("OLDER_RELEASE");
  expect(await sent(program("1.0.0"))).toBe("NOT_SIGNED");
  const { length } = signed.first;
  const trailer = length - trailerLength;
  expect(await sent(flipped(signed.first, 600))).toBe("BAD_SIGNATURE");
  expect(await sent(flipped(signed.first, trailer + 16))).toBe("OLDER_RELEASE");
  expect(await sent(altered(signed.first, 16, 8))).toBe("BAD_SIGNATURE");
  expect(await sent(flipped(signed.first, length - 1))).toBe("BAD_SIGNATURE");
  expect(await sent(flipped(signed.first, trailer + 8))).toBe("KEY_UNKNOWN");
  expect(await sent(flipped(signed.first, trailer + 100))).toBe("WRONG_RELEASE");
  const others = Buffer.concat([program("1.0.1"), signed.first.subarray(trailer)]);
  expect(await sent(others)).toBe("BAD_SIGNATURE");
  const shed = Buffer.from(Buffer.concat([program("1.0.0", "shed42"), signed.first.subarray(trailer)]));
  expect(await sent(shed)).toBe("WRONG_RELEASE");
  shed.write("shed42", shed.length - trailerLength + 104);
  expect(await sent(shed)).toBe("WRONG_RELEASE");
});

test("the counter goes up with the same program, also over a restart of the gateway; back only by a recall", async () => {
  expect(await sent(signed.first)).toBeUndefined();
  expect(await sent(signed.again)).toBeUndefined();
  await bench.stop();
  await connect();
  expect(await sent(signed.first)).toBe("OLDER_RELEASE");
  expect(await sent(altered(signed.recall, 20, 0))).toBe("OLDER_RELEASE");
  expect(await sent(signed.recall)).toBeUndefined();
});

test("a key that a program introduces signs the next ones, until one without it runs", async () => {
  model.assume = { version: "2.0.0", mode: "unwell" };
  expect((await bench.update("roses", signed.introducing)).failed?.code).toBe("NOT_HEALTHY");
  // What did not prove itself introduces nothing, and its counter does not count.
  model.assume = { version: "1.0.0", mode: "normal" };
  expect(bench.gateway.board("roses").state.good?.release).toMatchObject({ counter: 2 });
  expect(await sent(signed.introduced)).toBe("KEY_UNKNOWN");
  expect(await sent(signed.introducing)).toBeUndefined();
  expect(await sent(signed.introduced)).toBeUndefined();
  expect(await sent(signed.revoking)).toBeUndefined();
  expect(await sent(altered(signed.introduced, 16, 8))).toBe("KEY_UNKNOWN");
});

test("by the socket, as `sluice upload` sends it; what is no signed program is judged first", async () => {
  const folder = new StateFolder(bench.folder);
  const endpoint = new Endpoint(bench.gateway, folder);
  await endpoint.open();
  const client = new EndpointClient(bench.folder);
  const wish = { from: "a test", force: true, retries: 0, onEvent: () => undefined };
  const upload = (image: Uint8Array) => client.upload("roses", { ...wish, program: image });
  try {
    await expect(upload(program("1.0.0"))).rejects.toMatchObject({ code: "NOT_SIGNED" });
    await expect(upload(signed.first.subarray(0, -1))).rejects.toMatchObject({ code: "TRUNCATED_IMAGE" });
    await expect(upload(signed.first.subarray(0, -16))).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
    const twice = Buffer.concat([signed.first, signed.first.subarray(-trailerLength)]);
    await expect(upload(twice)).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
    await upload(signed.again).catch((error: unknown) =>
      expect(error).toMatchObject({ code: "OLDER_RELEASE" }),
    );
  } finally {
    await endpoint.close();
  }
});

test("a gateway without keys takes signed and unsigned ones, and a signature that it did not verify counts for nothing", async () => {
  const open = new GatewayBench({ limits });
  const other = new BoardModel(id, () => performance.now());
  other.assume = { version: "1.0.0", mode: "normal" };
  try {
    await open.start();
    const link = new WsskClient(open.provision(id, "herbs"), other);
    await open.connected("herbs");
    expect((await open.update("herbs", signed.introduced)).failed).toBeUndefined();
    expect(hashOf(other.slot ?? new Uint8Array())).toBe(hashOf(program("3.0.0")));
    expect(open.gateway.board("herbs").state.good?.release).toBeUndefined();
    expect((await open.update("herbs", program("1.0.0"))).failed).toBeUndefined();
    link.close();
  } finally {
    await open.remove();
  }
});
