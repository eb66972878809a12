import fc from "fast-check";
import { Packet } from "jacdac-ts";
import { expect, test } from "vitest";
import { encodeFrame, FrameDecoder } from "../../../src/devicescript/provision/jacdac-line.js";

const frame = fc
  .uint8Array({ maxLength: 200 })
  .map((data) => new Uint8Array(Packet.from(0x80, data).toBuffer()));

function decode(pieces: readonly Uint8Array[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  const decoder = new FrameDecoder((one) => found.push(one));
  for (const piece of pieces) decoder.push(piece);
  return found;
}

test("frames come out as they went in, however the line cuts them, between lines of the board's log", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.integer({ min: 1, max: 70 }), (frames, size) => {
      const log = Buffer.from("DM: a line\n");
      const all = Buffer.concat(frames.flatMap((one) => [log, encodeFrame(one)]));
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < all.length; at += size) pieces.push(all.subarray(at, at + size));
      expect(decode(pieces)).toEqual(frames);
    }),
  );
});

test("what is damaged is passed over, and the next frame is whole", () => {
  fc.assert(
    fc.property(frame, fc.nat(400), fc.nat(254), (one, at, byte) => {
      const damaged = Buffer.from(encodeFrame(one));
      const place = at % damaged.length;
      fc.pre(damaged[place] !== byte);
      damaged[place] = byte;
      const found = decode([damaged, encodeFrame(one), encodeFrame(one)]);
      for (const whole of found) expect(whole).toEqual(one);
      expect(found.length).toBeGreaterThan(0);
    }),
  );
});
