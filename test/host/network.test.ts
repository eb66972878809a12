import { expect, test } from "vitest";
import { describeRoute } from "../../src/host/network.js";

const all = { family: "IPv4", netmask: "", mac: "", internal: false } as const;
const networks = {
  lo: [{ ...all, address: "127.0.0.1", cidr: "127.0.0.1/8" }],
  wlan0: [{ ...all, address: "192.168.1.2", cidr: "192.168.1.2/24" }],
};

test("names the interface in use, and says when the board is in another network", () => {
  expect(describeRoute("192.168.1.2", "192.168.1.7", networks)).toBe("192.168.1.2 (wlan0)");
  expect(describeRoute("192.168.1.2", "192.168.178.7", networks)).toBe(
    "192.168.1.2 (wlan0, which is not in the network of 192.168.178.7)",
  );
  expect(describeRoute("10.9.9.9", "192.168.1.7", networks)).toBe("10.9.9.9");
});
