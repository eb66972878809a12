import { expect, test } from "vitest";
import { describeRoute } from "../../src/host/network.js";

const networks = [
  { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0" },
  { name: "wlan0", address: "192.168.1.2", netmask: "255.255.255.0" },
];

test("names the interface in use, and says when the board is in another network", () => {
  expect(describeRoute("192.168.1.2", "192.168.1.7", networks)).toBe("192.168.1.2 (wlan0)");
  expect(describeRoute("192.168.1.2", "192.168.178.7", networks)).toBe(
    "192.168.1.2 (wlan0, which is not in the network of 192.168.178.7)",
  );
  expect(describeRoute("10.9.9.9", "192.168.1.7", networks)).toBe("10.9.9.9");
});
