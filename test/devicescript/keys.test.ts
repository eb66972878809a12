import { scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { connectionString, gatewayAddress, keyOf, randomKey } from "../../src/devicescript/gateway/keys.js";

describe("a board's key", () => {
  test("is made from password and id, so that no two boards have the same", async () => {
    const id = "0011223344556677";
    const expected = scryptSync("rain", `sluice wssk ${id}`, 32, { N: 32768, r: 8, p: 1, maxmem: 2 ** 26 });
    expect(Buffer.from(await keyOf("rain", id))).toEqual(expected);
    expect(await keyOf("rain", id.toUpperCase())).toEqual(await keyOf("rain", id));
    expect(await keyOf("rain", "8899aabbccddeeff")).not.toEqual(await keyOf("rain", id));
  });

  test("or is random", () => {
    expect(randomKey()).toHaveLength(32);
    expect(randomKey()).not.toEqual(randomKey());
  });

  test("goes into what the runtime takes apart: wssk_health.c, set_conn_string", () => {
    expect(connectionString("ws://192.168.1.2:8267", "0011223344556677", new Uint8Array(32).fill(0xab))).toBe(
      `ws://wssk:${"ab".repeat(32)}@192.168.1.2:8267/wssk/0011223344556677`,
    );
  });

  test.each([
    ["192.168.1.2:8267", "ws://192.168.1.2:8267"],
    ["ws://garden-pc", "ws://garden-pc"],
    ["wss://gate.example.org:443/", "wss://gate.example.org:443"],
    ["http://x", undefined],
    ["ws://x/path", undefined],
    ["ws://user@x", undefined],
    ["ws://x:1", undefined],
    ["ws://x:70000", undefined],
    ["", undefined],
  ])("address %s", (text, address) => {
    expect(gatewayAddress(text)).toBe(address);
  });
});
