import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/core/errors.js";
import { image } from "../support/core-run.js";
import { invitationOf, SessionBench } from "../support/core-session.js";
import { TestTarget } from "../support/core-target.js";

/** Somebody has announced an image for user2, and the agent has connected. */
function bench(judgeFault?: Fault): SessionBench {
  const target = new TestTarget();
  target.commands = [82];
  target.judgeFault = judgeFault;
  const made = new SessionBench({ target });
  made.datagram(invitationOf(image, { command: 82 }));
  made.connected();
  return made;
}

describe("an upload that accompanies the native updater", () => {
  it("may be silent for two minutes while port 88 has the image, not longer", () => {
    const one = bench();
    one.data(image.subarray(0, 64));
    expect(one.pass(119_000)).toEqual([]);
    one.data(image.subarray(64, 128));
    one.pass(125_000);
    expect(one.tcp).toMatch(/ERROR\[24\]: no data for 120000 ms/);
  });

  it("an ordinary one may not", () => {
    const one = new SessionBench();
    one.open();
    one.data(image.subarray(0, 64));
    one.pass(15_000);
    expect(one.tcp).toMatch(/ERROR\[24\]: no data for 10000 ms/);
  });

  it("is not acknowledged what was refused: port 88 must not get it", () => {
    const fault = { number: 19, code: "WRONG_BOARD", text: "for another board" };
    const one = bench(fault);
    expect(one.data(image.subarray(0, 400))).toEqual([]);
    one.pass(1500);
    expect(one.tcp).toBe("ERROR[19]: for another board\n");
  });
});
