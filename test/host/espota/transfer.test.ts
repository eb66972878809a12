import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultDeadlines, type UploadPlan } from "../../../src/host/options.js";
import { SessionSteps } from "../../support/session-steps.js";

/** Longer than what may be under way. */
const size = 70_000;
/** Whole chunks that may be. */
const first = 22 * 1460;

function connected(plan: Partial<UploadPlan> = {}): SessionSteps {
  const steps = new SessionSteps({ image: new Uint8Array(size), ...plan });
  steps.datagram("OK");
  steps.connect();
  return steps;
}

/** Acknowledges chunk by chunk until everything is written. */
function acknowledged(): SessionSteps {
  const steps = connected();
  for (let left = size; left > 0; left -= 1460) steps.receive(`${Math.min(1460, left)}`);
  expect(steps.written).toBe(size);
  return steps;
}

describe("flow", () => {
  test("runs 32 KB ahead of what the board has", () => {
    const steps = connected();
    expect(steps.written).toBe(first);
    steps.receive("1460");
    expect(steps.written).toBe(first + 1460);
    expect(steps.events.at(-1)).toMatchObject({ event: "progress", sent: first + 1460, acknowledged: 1460 });
  });

  test("partial acknowledgements do not make it drift", () => {
    const steps = connected();
    steps.receive("536");
    expect(steps.written).toBe(first);
    for (const part of ["536", "388"]) steps.receive(part);
    expect(steps.written).toBe(first + 1460);
    for (const part of ["536", "536", "388"]) steps.receive(part);
    expect(steps.written).toBe(first + 2920);
  });

  test("an acknowledgement that was misread holds nothing up for long", () => {
    const steps = connected();
    steps.receive("14");
    steps.receive("60");
    expect(steps.written).toBe(first);
    steps.pass(250);
    expect(steps.written).toBe(first + 1460);
  });

  test("a board that never acknowledges gets everything after a while, and its OK counts", () => {
    const steps = connected();
    steps.pass(2_999);
    expect(steps.written).toBe(first);
    steps.pass(1);
    expect(steps.written).toBe(size);
    steps.pass(50_000);
    steps.receive("OK");
    expect(steps.succeeded).toBe(true);
  });

  test("a chunk larger than what may be under way is sent alone", () => {
    const steps = connected({ chunk: 40_000 });
    expect(steps.written).toBe(40_000);
    steps.receive("40000");
    expect(steps.written).toBe(size);
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
    expect(steps.written).toBe(first);
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
    expect(early.error?.message).toContain(`${first + 1460} of ${size} bytes`);
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

  test("silence of a board that has everything and has not acknowledged it", () => {
    const steps = connected({ image: new Uint8Array(3000) });
    expect(steps.written).toBe(3000);
    steps.receive("1460");
    steps.pass(20_000);
    expect(steps.error).toMatchObject({ code: "PEER_SILENT", stage: "upload" });
  });

  test("silence of a board that has to acknowledge, from the start", () => {
    const steps = connected({ deadlines: { ...defaultDeadlines, ack: 10_000, firstAck: 10_000 } });
    steps.pass(9_999);
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
    for (let i = 0; i < 1000 && !steps.ended; i++) steps.receive("1".repeat(1_000));
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
      for (let turn = 0; steps.written < size; turn++) {
        if (turn > 50) throw new Error("the transfer does not get on");
        steps.receive("1");
        steps.pass(250);
      }
      for (const char of ending) if (!steps.ended) steps.receive(char);
      if (!steps.ended) steps.close();
      const wanted = { OK: "OK", "": "", "ERROR[1]: Fl": "FLASH_WRITE_FAILED" };
      const verdict = steps.succeeded ? "OK" : (steps.error?.code ?? "none");
      // Which of the two depends on what it was taken to have acknowledged.
      const said = ["NO_RESULT", "CONNECTION_LOST"].includes(verdict) ? "" : verdict;
      expect(said).toBe(wanted[ending as keyof typeof wanted] ?? "MD5_MISMATCH");
    }),
  );
});
