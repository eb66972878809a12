import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SessionPlan } from "../../../src/host/espota/session.js";
import { SessionSteps } from "../../support/session-steps.js";

function connected(plan: Partial<SessionPlan> = {}): SessionSteps {
  const steps = new SessionSteps(plan);
  steps.datagram("OK");
  steps.connect();
  return steps;
}

/** Acknowledges chunk by chunk until everything is written. */
function acknowledged(): SessionSteps {
  const steps = connected();
  for (let i = 0; i < 6; i++) steps.receive("1460");
  steps.receive("1240");
  return steps;
}

describe("flow", () => {
  test("runs two chunks ahead of what the board has", () => {
    const steps = connected();
    expect(steps.written).toBe(2920);
    steps.receive("1460");
    expect(steps.written).toBe(4380);
    expect(steps.events.at(-1)).toMatchObject({ event: "progress", sent: 4380, acknowledged: 1460 });
  });

  test("partial acknowledgements do not make it drift", () => {
    const steps = connected();
    for (const part of ["536", "536"]) steps.receive(part);
    expect(steps.written).toBe(2920);
    steps.receive("388");
    expect(steps.written).toBe(4380);
  });

  test("an acknowledgement that was misread holds nothing up for long", () => {
    const steps = connected();
    steps.receive("14");
    steps.receive("60");
    expect(steps.written).toBe(2920);
    steps.pass(250);
    expect(steps.written).toBe(4380);
  });

  test("a board that never acknowledges gets everything after a while, and its OK counts", () => {
    const steps = connected();
    steps.pass(2_999);
    expect(steps.written).toBe(2920);
    steps.pass(1);
    expect(steps.written).toBe(10_000);
    steps.receive("OK");
    expect(steps.succeeded).toBe(true);
  });
});

describe("success", () => {
  test.each(["OK", "999OK"])("%j after everything was sent", (text) => {
    const steps = acknowledged();
    expect(steps.names()).toContain("sent");
    expect(steps.succeeded).toBe(false);
    steps.receive(text);
    expect(steps.succeeded).toBe(true);
  });

  test("an OK before everything was sent is not believed", () => {
    const steps = connected();
    steps.receive("1460OK");
    expect(steps.error).toMatchObject({ code: "BAD_ANSWER", stage: "upload" });
  });
});

describe("failure", () => {
  test("the board's error text, glued to its last number", () => {
    const steps = acknowledged();
    steps.receive("1240ERROR[7]: MD5 verification failed: expected: 1, calculated: 2\n");
    expect(steps.error).toMatchObject({
      ...{ code: "MD5_MISMATCH", stage: "result" },
      answer: "ERROR[7]: MD5 verification failed: expected: 1, calculated: 2",
    });
    expect(steps.error?.remedy).not.toBe("");
  });

  test.each([
    ["ERROR[12]: Signature verification failed\n", "BAD_SIGNATURE"],
    ["ERROR[200]: New trouble\n", "BOARD_ERROR"],
    ["ERROR[0]: No Error\n", "BOARD_ERROR"],
    ["MD5 Check Failed\r\n", "MD5_MISMATCH"],
    ["Something else\r\n", "BOARD_ERROR"],
  ])("%j is %s", (text, code) => {
    const steps = connected();
    steps.receive(text);
    expect(steps.error?.code).toBe(code);
  });

  test("nothing more is written once an error text has begun", () => {
    const steps = connected();
    steps.receive("1460ERROR[1]");
    expect(steps.written).toBe(2920);
  });

  test("an error text without its line end", () => {
    const steps = connected();
    steps.receive("ERROR[1]: Flash Write");
    expect(steps.ended).toBe(false);
    steps.pass(1_000);
    expect(steps.error?.code).toBe("FLASH_WRITE_FAILED");
    const closed = connected();
    closed.receive("ERROR[1]: Fl");
    closed.close();
    expect(closed.error?.code).toBe("FLASH_WRITE_FAILED");
  });

  test("the end of the connection", () => {
    const early = connected();
    early.receive("1460");
    early.close("the other side reset it");
    expect(early.error).toMatchObject({ code: "CONNECTION_LOST", stage: "upload" });
    expect(early.error?.message).toContain("4380 of 10000 bytes");
    const late = acknowledged();
    late.close();
    expect(late.error).toMatchObject({ code: "NO_RESULT", stage: "result" });
  });

  test("silence in the middle", () => {
    const steps = connected();
    steps.receive("1460");
    steps.pass(19_999);
    expect(steps.ended).toBe(false);
    steps.pass(1);
    expect(steps.error?.code).toBe("PEER_SILENT");
  });

  test("silence after the last byte", () => {
    const steps = acknowledged();
    steps.pass(59_999);
    expect(steps.ended).toBe(false);
    steps.pass(1);
    expect(steps.error?.code).toBe("NO_RESULT");
  });

  test("digits without end", () => {
    const steps = acknowledged();
    for (let i = 0; i < 200 && !steps.ended; i++) steps.receive("1".repeat(1_000));
    expect(steps.error?.code).toBe("BAD_ANSWER");
  });
});

test("however the board's stream is cut and merged, the verdict is the same, and it comes", () => {
  const numbers = fc.array(fc.constantFrom("536", "1460", "388", "92", "10000"), { maxLength: 30 });
  const endings = fc.constantFrom(
    ...["OK", "", "ERROR[7]: MD5 verification failed: x\n", "MD5 Check Failed\r\n", "ERROR[1]: Fl"],
  );
  fc.assert(
    fc.property(numbers, endings, fc.array(fc.integer({ min: 1, max: 7 })), (acks, ending, lengths) => {
      const steps = connected();
      let rest = acks.join("");
      for (const length of lengths) {
        if (rest === "") break;
        steps.receive(rest.slice(0, length));
        rest = rest.slice(length);
      }
      if (rest !== "") steps.receive(rest);
      // What was misread or never acknowledged must not keep the rest of the image back.
      for (let turn = 0; steps.written < 10_000; turn++) {
        if (turn > 20) throw new Error("the transfer does not get on");
        steps.receive("1");
        steps.pass(250);
      }
      for (const char of ending) if (!steps.ended) steps.receive(char);
      if (!steps.ended) steps.close();
      const wanted = { OK: "OK", "": "NO_RESULT", "ERROR[1]: Fl": "FLASH_WRITE_FAILED" };
      const verdict = steps.succeeded ? "OK" : steps.error?.code;
      expect(verdict).toBe(wanted[ending as keyof typeof wanted] ?? "MD5_MISMATCH");
    }),
  );
});
