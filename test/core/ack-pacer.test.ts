import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Client, esp32Client, esp8266Client, npmClient } from "../support/espota-clients.js";
import { type Network, runOverWire } from "../support/espota-wire.js";

const clients: Readonly<Record<string, (size: number) => Client>> = {
  "arduino-esp32's": (size) => esp32Client(size, 10),
  "arduino-esp32 2.x's": (size) => esp32Client(size, 5),
  "esp8266's": esp8266Client,
  "npm's": (size) => npmClient(size, 1460),
  "npm's with chunks of 512": (size) => npmClient(size, 512),
  "npm's with chunks of 1000": (size) => npmClient(size, 1000),
  "npm's with chunks of 4096": (size) => npmClient(size, 4096),
};
const names = Object.keys(clients);

function imageOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31) & 255);
}

/** A network that draws from lists, round and round. */
function networkOf(cuts: readonly number[], delays: readonly number[]): Network {
  let cut = 0;
  let delay = 0;
  return {
    piece: () => cuts[cut++ % cuts.length],
    delay: () => delays[delay++ % delays.length],
  };
}

describe.each(names)("%s", (name) => {
  const client = clients[name];

  test.each([0, 5, 20])("gets an image in pieces of 536 bytes across, %d ms away", (ms) => {
    for (const size of [1, 536, 1023, 1024, 1025, 16_384, 40_001]) {
      const end = runOverWire(imageOf(size), client(size), networkOf([536], [ms]));
      expect(end.client).toBe("Success");
      expect(end.tcp).toMatch(/^\d+OK$/);
    }
  });

  test("succeeds whatever the pieces, and whatever is late by less than two seconds", () => {
    const usual = fc.integer({ min: 0, max: 40 });
    const delays = fc.array(fc.oneof({ weight: 9, arbitrary: usual }, fc.integer({ min: 200, max: 1900 })), {
      minLength: 1,
      maxLength: 60,
    });
    const cuts = fc.array(fc.integer({ min: 40, max: 1460 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), cuts, delays, (size, some, late) => {
        const end = runOverWire(imageOf(size), client(size), networkOf(some, late));
        expect(end.client).toBe("Success");
      }),
      { numRuns: 100 },
    );
  });
});
