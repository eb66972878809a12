import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AckPacer } from "../../../src/core/espota/ack-pacer.js";
import { type Client, esp32Client, esp8266Client, npmClient } from "../../support/espota-clients.js";
import { type Network, runOverWire } from "../../support/espota-wire.js";

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

  test("gets an image across a link that carries 100 bytes in 700 ms", () => {
    const end = runOverWire(imageOf(5000), client(5000), { ...networkOf([100], [0]), spacing: 700 });
    expect(end.client).toBe("Success");
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

test("arduino-esp32's has one answer a chunk; one that is late by less than two seconds adds none", () => {
  const size = 10 * 1024;
  const late = Array.from({ length: 21 }, (_, i) => (i % 4 === 1 ? 1500 : 5));
  const end = runOverWire(imageOf(size), esp32Client(size, 5), networkOf([536], late));
  expect([end.client, end.answers]).toEqual(["Success", 10]);
});

test("esp8266's has an answer for each piece after the first, so that it runs ahead", () => {
  const end = runOverWire(imageOf(14_600), esp8266Client(14_600), networkOf([536], [5]));
  expect(end.answers).toBe(29);
});

test("chunks smaller than a block are waited for twice, not each time", () => {
  const end = runOverWire(imageOf(40_000), npmClient(40_000, 512), networkOf([536], [5]));
  expect(end.milliseconds).toBeLessThan(5000);
});

test("a block that has begun is answered after 250 ms of silence, the rest of one after 2 s", () => {
  const pacer = new AckPacer(0, 4000, false);
  let now = 0;
  /** Looks every ms. @returns ms until an answer, and it */
  const silence = (received: number): number[] => {
    const from = now;
    for (;;) {
      const number = pacer.tick(now, received);
      if (number > 0) return [now - from, number];
      now++;
    }
  };
  expect(pacer.arrived(600)).toBe(0);
  expect(silence(600)).toEqual([250, 600]);
  expect(pacer.arrived(700)).toBe(0);
  expect(silence(700)).toEqual([2000, 100]);
  expect(pacer.arrived(1024)).toBe(0);
  expect(silence(1024)).toEqual([2000, 324]);
  expect(pacer.arrived(1025)).toBe(0);
  expect(silence(1025)).toEqual([250, 1]);
  expect(pacer.arrived(2047)).toBe(0);
  expect(pacer.arrived(3072)).toBe(2047);
  expect(pacer.arrived(3999)).toBe(0);
  expect(pacer.arrived(4000)).toBe(928);
});

test("who was kept from looking has not seen silence", () => {
  const pacer = new AckPacer(0, 4000, false);
  pacer.arrived(600);
  expect(pacer.tick(60, 600)).toBe(0);
  expect(pacer.quietMs).toBe(0);
  expect(pacer.tick(110, 600)).toBe(0);
  expect(pacer.quietMs).toBe(50);
  expect(pacer.tick(25_000, 600)).toBe(600);
  expect(pacer.quietMs).toBe(1050);
  expect(pacer.arrived(700)).toBe(0);
  expect(pacer.tick(25_010, 700)).toBe(0);
  expect(pacer.quietMs).toBe(0);
});

test("our own uploader has one answer for each 4096 bytes, and one for what remains", () => {
  const size = 10_000;
  const pacer = new AckPacer(0, size, true);
  const numbers: number[] = [];
  for (let received = 0; received < size; ) {
    received = Math.min(received + 536, size);
    const number = pacer.arrived(received);
    if (number > 0) numbers.push(number);
  }
  expect(numbers).toEqual([4288, 4288, 1424]);
});
