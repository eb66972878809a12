import fc from "fast-check";
import { expect, test } from "vitest";
import { SlipDecoder } from "../../../src/host/flash/slip.js";
import { slipEncode } from "../../support/model-line.js";

const packet = fc.uint8Array({ minLength: 1, maxLength: 40 });
/** Many bytes that have to be escaped. */
const knotty = fc.array(fc.constantFrom(0xc0, 0xdb, 0xdc, 0xdd, 1), { minLength: 1, maxLength: 40 });

test("what is encoded is decoded, however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          packet,
          knotty.map((bytes) => Uint8Array.from(bytes)),
        ),
        { maxLength: 6 },
      ),
      fc.integer({ min: 1, max: 9 }),
      (packets, cut) => {
        const stream = Buffer.concat(packets.map(slipEncode));
        const decoder = new SlipDecoder();
        const found: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += cut)
          found.push(...decoder.push(stream.subarray(at, at + cut)));
        expect(found).toEqual(packets.map((one) => Uint8Array.from(one)));
      },
    ),
  );
});

test("the bytes of RFC 1055", () => {
  expect([...slipEncode(Uint8Array.of(1, 0xc0, 0xdb))]).toEqual([0xc0, 1, 0xdb, 0xdc, 0xdb, 0xdd, 0xc0]);
});

test("after any noise the next packet but one comes through", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), packet, (noise, wanted) => {
      const decoder = new SlipDecoder();
      decoder.push(noise);
      decoder.push(slipEncode(wanted));
      expect(decoder.push(slipEncode(wanted))).toContainEqual(Uint8Array.from(wanted));
    }),
  );
});

test("a boot log before the first packet is dropped, so are a wrong escape and a packet without end", () => {
  const decoder = new SlipDecoder(8);
  expect(decoder.push(Buffer.from("ets Jun  8 2016\r\nwaiting for download\r\n"))).toEqual([]);
  expect(decoder.push(slipEncode(Uint8Array.of(7)))).toEqual([Uint8Array.of(7)]);
  expect(decoder.push(Uint8Array.of(0xc0, 0xdb, 1, 2, 0xc0))).toEqual([]);
  expect(decoder.push(new Uint8Array(100).fill(1))).toEqual([]);
  expect(decoder.push(slipEncode(Uint8Array.of(8)))).toEqual([Uint8Array.of(8)]);
});
