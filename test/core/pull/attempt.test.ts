import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { PullOutcome } from "../../../src/core/pull/job.js";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { md5Of } from "../../support/core-bundle.js";
import { image } from "../../support/core-run.js";
import { headOf, PullBench, probeAnswer, restAnswer, urlOf, wholeAnswer } from "../../support/pull-bench.js";

/** What runs is as it was, the equipment goes on, the application has received one error at most. */
function unharmed(bench: PullBench): void {
  expect(bench.target.calls).not.toContain("commit");
  expect(bench.run.phase).toBe(UpdatePhase.Idle);
  expect(bench.valve.left).toBe(bench.valve.entered);
  expect(bench.errors.length).toBeLessThanOrEqual(1);
  expect(bench.calls.every(({ closed }) => closed)).toBe(true);
}

function installed(bench: PullBench): void {
  expect(bench.result).toMatchObject({ outcome: PullOutcome.Ok, error: 0, text: "" });
  expect(Buffer.from(bench.target.bytes).equals(Buffer.from(image))).toBe(true);
  expect(bench.target.calls.filter((call) => call === "commit")).toHaveLength(1);
  expect(bench.heard.at(-1)).toBe("end");
  expect(bench.errors).toEqual([]);
}

/** The server sends `answer`, in pieces of `size` bytes, and closes; the board looks once more. */
function complete(bench: PullBench, answer: string | Uint8Array = wholeAnswer(), size?: number): void {
  bench.answer(answer, size).hangUp();
  bench.until(bench.now + 100);
}

/** A pull whose equipment is safe and whose request for the image is out. */
function fetching(bench = new PullBench()): PullBench {
  return bench.start().answer(probeAnswer()).untilCall();
}

describe("a good update", () => {
  test("asks for a byte, closes the valve, asks for the image, verifies, commits", () => {
    const bench = new PullBench({}, { takesMs: 3000 }).start();
    expect(bench.call.said).toContain("\r\nRange: bytes=0-0\r\n");
    bench.answer(probeAnswer());
    expect(bench.valve.entered).toBe(1);
    expect(bench.call.closed).toBe(true);
    bench.until(2900);
    expect(bench.calls).toHaveLength(1);
    bench.untilCall();
    expect(bench.call.said).not.toContain("Range");
    expect(bench.heard).toEqual([]);
    bench.answer(wholeAnswer());
    expect(bench.heard.slice(0, 3)).toEqual(["start", "progress 0/1000", expect.stringMatching(/progress/)]);
    expect(bench.isOver).toBe(false);
    bench.hangUp().until(bench.now + 100);
    installed(bench);
    // The restart follows: the valve stays closed until then.
    expect(bench.valve.left).toBe(0);
    expect(bench.run.offer).toMatchObject({ from: "pull", size: 1000 });
  });

  test("without a restart the equipment goes on", () => {
    const bench = fetching(new PullBench({ restarts: false }));
    complete(bench);
    installed(bench);
    expect(bench.valve.left).toBe(1);
  });

  test("from a server that keeps the connection open", () => {
    const bench = fetching().answer(wholeAnswer());
    bench.until(bench.now + 950);
    expect(bench.isOver).toBe(false);
    bench.until(bench.now + 100);
    installed(bench);
  });

  test("from a server without ranges, safe at once: in one go", () => {
    const bench = new PullBench().start().answer(wholeAnswer());
    expect(bench.calls).toHaveLength(1);
    bench.hangUp().until(100);
    installed(bench);
  });

  test("from a server without ranges, while a valve closes: asked again", () => {
    const bench = new PullBench({}, { takesMs: 1000 }).start().answer(wholeAnswer());
    expect(bench.target.taken).toEqual([]);
    complete(bench.untilCall());
    installed(bench);
    expect(bench.calls).toHaveLength(2);
  });

  test("is the same however the answers are cut", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 1400 }), (one, two) => {
        const bench = new PullBench().start().answer(probeAnswer(), one);
        complete(bench.untilCall(), wholeAnswer(), two);
        installed(bench);
      }),
    );
    const length = wholeAnswer().length;
    for (let at = 1; at < length; at++) {
      const bench = fetching();
      bench.answer(wholeAnswer().subarray(0, at), at).answer(wholeAnswer().subarray(at), length);
      bench.hangUp().until(bench.now + 100);
      expect(bench.result.outcome, `cut at ${at}`).toBe(PullOutcome.Ok);
    }
  });

  test("goes on with another attempt once the equipment is safe: until then a board keeps the job only", () => {
    const bench = new PullBench({}, { takesMs: 3000 }).start().answer(probeAnswer());
    bench.until(2000).again().untilCall();
    expect(bench.calls).toHaveLength(2);
    complete(bench);
    installed(bench);
  });

  test("waits while the board makes room by a restart", () => {
    const bench = new PullBench();
    bench.canStay = false;
    bench.start().answer(probeAnswer());
    expect(bench.run.phase).toBe(UpdatePhase.Leaving);
    bench.until(300_000);
    expect([bench.isOver, bench.calls.length, bench.errors]).toEqual([false, 1, []]);
  });

  test("of a filesystem is one of command 100", () => {
    const bench = new PullBench({ command: 100 });
    bench.target.commands = [100];
    complete(fetching(bench));
    installed(bench);
    expect(bench.run.offer?.command).toBe(100);
  });
});

describe("a board that says no", () => {
  test("by its policy: nothing is made safe, the server is left", () => {
    const bench = new PullBench();
    bench.refuse = fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
    bench.start().answer(probeAnswer());
    expect(bench.result).toMatchObject({
      outcome: PullOutcome.Failed,
      error: 22,
      code: "ON_TRIAL",
      text: "Update error: ERROR[22]: still on trial, try again in 5 s",
      tried: false,
      image: md5Of(image),
    });
    expect(bench.valve.entered).toBe(0);
    unharmed(bench);
  });

  test("because its valve sticks", () => {
    const bench = new PullBench({}, { takesMs: Infinity, deadlineMs: 4000 }).start().answer(probeAnswer());
    bench.until(5000);
    expect(bench.result).toMatchObject({ error: 17, code: "SAFE_STATE_REFUSED", tried: false });
    unharmed(bench);
  });

  test("because its valve moves in the middle of the image", () => {
    const bench = fetching().answer(wholeAnswer().subarray(0, 700));
    bench.valve.broken = "opened by hand";
    bench.until(bench.now + 100);
    expect(bench.result).toMatchObject({ error: 17, tried: true });
    unharmed(bench);
  });

  test("in onStart", () => {
    const bench = new PullBench();
    bench.throwing = "start";
    fetching(bench).answer(wholeAnswer());
    expect(bench.result).toMatchObject({ error: 17, detail: "onStart: start hook is broken" });
    unharmed(bench);
  });

  test("since another update is running", () => {
    const bench = new PullBench();
    bench.run.begin(0, { command: 0, size: 10, md5: "", from: "10.0.0.9" });
    bench.start().answer(probeAnswer());
    expect(bench.result).toMatchObject({ error: 15, code: "UPDATE_RUNNING" });
    expect(bench.run.phase).toBe(UpdatePhase.Prepared);
  });

  test("since the update was given up behind its back", () => {
    const bench = new PullBench({}, { takesMs: 3000 }).start().answer(probeAnswer());
    bench.run.fail(fault(FaultNumber.Aborted, "the application failed"));
    bench.until(100);
    expect(bench.result).toMatchObject({ error: 23 });
    unharmed(bench);
  });

  test("from outside", () => {
    const bench = fetching().answer(wholeAnswer().subarray(0, 700));
    bench.attempt.abandon(fault(FaultNumber.Aborted, "enough"));
    expect(bench.result).toMatchObject({ error: 23, detail: "enough" });
    unharmed(bench);
  });
});

describe("a bad image", () => {
  test("with another MD5 than announced", () => {
    const bench = fetching();
    const other = image.slice();
    other[500] ^= 1;
    const answer = Buffer.concat([wholeAnswer().subarray(0, -image.length), other]);
    complete(bench, answer);
    expect(bench.result).toMatchObject({ error: 7, code: "MD5_MISMATCH", tried: true });
    expect(bench.result.text).toMatch(
      /^Update error: ERROR\[7\]: MD5 verification failed: expected: \w{32}, calc/,
    );
    unharmed(bench);
  });

  test("that begins as none does", () => {
    const bench = new PullBench();
    bench.target.magic = 0xe9;
    fetching(bench).answer(wholeAnswer());
    expect(bench.result).toMatchObject({ error: -106, text: "Verify Bin Header Failed" });
    unharmed(bench);
  });

  test("for a larger chip", () => {
    const bench = new PullBench();
    bench.target.judgeFault = fault(FaultNumber.NewFlashConfig, "too large");
    fetching(bench).answer(wholeAnswer());
    expect(bench.result).toMatchObject({ error: -107, text: "New Binary Does Not Fit Flash Size" });
    unharmed(bench);
  });

  test("that flash does not take", () => {
    const bench = new PullBench();
    bench.target.writeFault = { at: 500, fault: fault(FaultNumber.Write, "") };
    fetching(bench).answer(wholeAnswer());
    expect(bench.result).toMatchObject({ error: 1, text: "Update error: ERROR[1]: Flash Write Failed" });
    unharmed(bench);
  });

  test.each([1, 200, 5000])("longer than announced by %i bytes", (more) => {
    const bench = fetching();
    complete(bench, Buffer.concat([wholeAnswer(), Buffer.alloc(more)]));
    expect(bench.result).toMatchObject({ error: 23, detail: "the body is longer than announced" });
    unharmed(bench);
  });

  test("longer than announced, the surplus late", () => {
    const bench = fetching().answer(wholeAnswer());
    bench.until(bench.now + 500).answer("x");
    expect(bench.result.detail).toBe("the body is longer than announced");
    unharmed(bench);
  });
});

describe("a connection that breaks", () => {
  test("goes on where it broke off, with no byte sent twice", () => {
    const bench = fetching();
    const head = wholeAnswer().length - image.length;
    bench.answer(wholeAnswer().subarray(0, head + 321)).hangUp();
    expect(bench.call.closed).toBe(true);
    expect(bench.run.phase).toBe(UpdatePhase.Writing);
    bench.untilCall();
    expect(bench.call.said).toContain(`\r\nRange: bytes=321-\r\nIf-Range: "${md5Of(image)}"\r\n`);
    complete(bench, restAnswer(321));
    installed(bench);
  });

  test("at any byte, and again at any other, of either answer", () => {
    fc.assert(
      fc.property(fc.nat(wholeAnswer().length - 1), fc.nat(1200), (first, second) => {
        const bench = fetching();
        bench.answer(wholeAnswer().subarray(0, first)).hangUp().untilCall();
        const done = Buffer.from(bench.target.bytes).length;
        const from = Number(/Range: bytes=(\d+)-/.exec(bench.call.said)?.[1] ?? 0);
        expect(from).toBeGreaterThanOrEqual(done);
        const next = from > 0 ? restAnswer(from) : wholeAnswer();
        bench.answer(next.subarray(0, second)).hangUp();
        if (second < next.length) {
          bench.untilCall();
          const again = Number(/Range: bytes=(\d+)-/.exec(bench.call.said)?.[1] ?? 0);
          bench.answer(again > 0 ? restAnswer(again) : wholeAnswer()).hangUp();
        }
        bench.until(bench.now + 100);
        installed(bench);
      }),
    );
  });

  test("with a server that knows no ranges: what is there already is passed over", () => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, wholeAnswer().length - 300)).hangUp();
    complete(bench.untilCall(), wholeAnswer(), 100);
    installed(bench);
  });

  test("and finds another image: given up, nothing is mixed", () => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, -300)).hangUp();
    const other = image.map((byte) => byte ^ 1);
    bench.untilCall().answer(wholeAnswer(other));
    expect(bench.result).toMatchObject({ error: -122, code: "IMAGE_CHANGED" });
    unharmed(bench);
  });

  test.each([
    [
      "another size",
      (line: string) =>
        line
          .replace("-999/1000", "-1000/1001")
          .replace(/Length: (\d+)/, (_, length) => `Length: ${Number(length) + 1}`),
    ],
    ["another MD5", (line: string) => line.replace(/x-MD5: ./, "x-MD5: x")],
    ["another SHA-256", (line: string) => line.replace(/x-SHA256: a/, "x-SHA256: b")],
    ["another tag", (line: string) => line.replace(/ETag: "./, 'ETag: "x')],
  ])("and finds %s, all else being equal: given up", (_, change) => {
    const sha256 = `x-SHA256: ${"a".repeat(64)}`;
    const bench = new PullBench().start();
    bench.answer(probeAnswer(image, sha256)).hangUp().until(100);
    bench.untilCall().answer(wholeAnswer(image, sha256).subarray(0, -300)).hangUp();
    const from = Number(/Range: bytes=(\d+)-/.exec(bench.untilCall().call.said)?.[1]);
    const lines = restAnswer(from).toString("latin1").replace("x-MD5", `${sha256}\r\nx-MD5`);
    bench.answer(Buffer.from(change(lines).replace("x-MD5: x", "x-MD5: 0"), "latin1"));
    expect(bench.result).toMatchObject({ error: -122, code: "IMAGE_CHANGED" });
    unharmed(bench);
  });

  test("and again, and again: after 1, 2, 4, 8 and 8 seconds, then given up", () => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, 400)).hangUp();
    const waits: number[] = [];
    for (let calls = bench.calls.length; ; calls = bench.calls.length) {
      const from = bench.now;
      bench.untilCall(20_000);
      if (bench.calls.length === calls) break;
      waits.push(bench.now - from);
      bench.hangUp();
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 8000]);
    expect(bench.result).toMatchObject({ error: 6 });
    unharmed(bench);
  });

  test.each([
    [4096, true],
    [4095, false],
  ])("ten times after %i bytes each: goes on %s", (length, goesOn) => {
    const data = Uint8Array.from({ length: 60_000 }, (_, i) => (i * 7) & 255);
    const bench = new PullBench().start();
    bench.answer(probeAnswer(data)).hangUp();
    for (let turn = 0; turn < 10 && !bench.isOver; turn++) {
      bench.untilCall(20_000);
      if (bench.isOver) break;
      const from = Number(/Range: bytes=(\d+)-/.exec(bench.call.said)?.[1] ?? 0);
      const answer = from === 0 ? wholeAnswer(data) : restAnswer(from, data);
      bench.answer(answer.subarray(0, answer.length - (data.length - from) + length)).hangUp();
    }
    expect(bench.isOver).toBe(!goesOn);
  });

  test("before the first byte: asked again, though nothing tells images apart", () => {
    const bench = new PullBench().start();
    bench.answer(headOf("200 OK", `Content-Length: ${image.length}`)).hangUp();
    const calls = bench.calls.length;
    bench.untilCall(20_000);
    expect([bench.isOver, bench.calls.length]).toEqual([false, calls + 1]);
  });

  test("where nothing tells images apart: given up", () => {
    const plain = headOf("200 OK", `Content-Length: ${image.length}`);
    const bench = new PullBench().start();
    bench.answer(plain).answer(image.subarray(0, 500)).hangUp();
    expect(bench.result).toMatchObject({ error: 6, text: "Update error: ERROR[6]: Stream Read Timeout" });
    unharmed(bench);
  });

  test("and the next answer says nothing that can be compared: given up", () => {
    for (const headers of [[], [`ETag: W/"${md5Of(image)}"`]]) {
      const bench = fetching();
      bench.answer(wholeAnswer().subarray(0, -300)).hangUp().untilCall();
      const range = `Content-Range: bytes 700-999/1000`;
      bench.answer(headOf("206 Partial Content", "Content-Length: 300", range, ...headers));
      expect(bench.result).toMatchObject({ error: -122 });
      unharmed(bench);
    }
  });

  test.each([
    ["a range that begins too late", 322],
    ["a range that ends too early", 321],
  ])("and is answered with %s", (_what, first) => {
    const bench = fetching();
    const head = wholeAnswer().length - image.length;
    bench
      .answer(wholeAnswer().subarray(0, head + 321))
      .hangUp()
      .untilCall();
    const last = first === 322 ? image.length - 1 : image.length - 2;
    const range = `Content-Range: bytes ${first}-${last}/${image.length}`;
    const tag = `ETag: "${md5Of(image)}"`;
    bench.answer(headOf("206 Partial Content", `Content-Length: ${last - first + 1}`, range, tag));
    expect(bench.result).toMatchObject({ error: -101, detail: "not the range that was asked for" });
    unharmed(bench);
  });

  test("and finds the server out of order: waits for it, then gives up", () => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, -300)).hangUp();
    for (let i = 0; i < 4; i++) bench.untilCall().answer(headOf("503 Service Unavailable"));
    expect(bench.run.phase).toBe(UpdatePhase.Writing);
    complete(bench.untilCall(), restAnswer(700));
    installed(bench);
  });

  test("again and again at the same byte: a body shorter than announced", () => {
    const bench = fetching();
    const whole = wholeAnswer();
    bench.answer(whole.subarray(0, -100)).hangUp();
    for (let i = 0; i < 5; i++) bench.untilCall().answer(restAnswer(900).subarray(0, -100)).hangUp();
    expect(bench.result).toMatchObject({ error: 6, tried: true });
    expect(bench.now).toBeLessThan(40_000);
    expect(bench.calls).toHaveLength(7);
    unharmed(bench);
  });

  test.each([404, 403, 401, 304, 416])("and is answered %i: the image is withdrawn", (status) => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, -300)).hangUp();
    bench.untilCall().answer(headOf(`${status} x`));
    expect(bench.result.outcome).toBe(PullOutcome.Failed);
    unharmed(bench);
  });

  test("before anything was known", () => {
    const bench = new PullBench().start().hangUp();
    expect(bench.result).toMatchObject({ error: -5, text: "HTTP error: connection lost", image: "" });
    unharmed(bench);
  });

  test("that cannot be made", () => {
    const bench = new PullBench();
    bench.attempt.start(0);
    bench.hangUp();
    expect(bench.result).toMatchObject({ error: -1, text: "HTTP error: connection failed" });
  });
});

describe("a server that stalls", () => {
  test("before it takes the connection", () => {
    const bench = new PullBench();
    bench.attempt.start(0);
    bench.until(9950);
    expect(bench.isOver).toBe(false);
    bench.until(10_000);
    expect(bench.result).toMatchObject({ error: -1 });
    unharmed(bench);
  });

  test.each([0, 1, 40, probeAnswer().length - 3])("after %i bytes of the first answer's head", (bytes) => {
    const bench = new PullBench().start().answer(probeAnswer().subarray(0, bytes));
    bench.until(9950);
    expect(bench.isOver).toBe(false);
    bench.until(10_000);
    expect(bench.result).toMatchObject({ error: -11, text: "HTTP error: read Timeout" });
    unharmed(bench);
  });

  test("a byte of the head every nine seconds", () => {
    const bench = new PullBench().start();
    const answer = probeAnswer();
    for (let at = 0; at < 5 && !bench.isOver; at++) {
      bench.answer(answer.subarray(at, at + 1));
      bench.until(bench.now + 9000);
    }
    expect(bench.result).toMatchObject({ error: -11 });
  });

  test("each time the image is asked for, before its head or in its middle", () => {
    for (const bytes of [0, 30, wholeAnswer().length - 300]) {
      const bench = fetching();
      for (let i = 0; i < 10 && !bench.isOver; i++) {
        bench.answer(i === 0 ? wholeAnswer().subarray(0, bytes) : "");
        bench.untilCall();
      }
      expect(bench.result.outcome).toBe(PullOutcome.Failed);
      expect(bench.result.error).toBe(bytes > 300 ? 6 : -11);
      expect(bench.now).toBeLessThan(100_000);
      unharmed(bench);
    }
  });

  test("a byte of the image every nine seconds: the valves do not stay closed for hours", () => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, -900));
    for (let at = 100; at < 1000 && !bench.isOver; at++) {
      bench.answer(image.subarray(at, at + 1));
      bench.until(bench.now + 9000);
    }
    expect(bench.result).toMatchObject({ error: 6, detail: "Stream Read Timeout" });
    expect(bench.now).toBeLessThanOrEqual(70_000);
    unharmed(bench);
  });

  test("is not held against it while the valve closes", () => {
    const bench = new PullBench({}, { takesMs: 300_000, deadlineMs: 400_000 }).start();
    bench.answer(probeAnswer()).untilCall();
    expect(bench.now).toBeGreaterThanOrEqual(300_000);
    complete(bench);
    installed(bench);
  });
});

describe("redirects", () => {
  const found = (to: string) => headOf("302 Found", `Location: ${to}`, "Content-Length: 0");

  test("are followed with all that the board says of itself; the image comes from there", () => {
    const bench = new PullBench({
      url: urlOf("http://garden.example/update"),
      authorization: "Bearer abc",
    }).start();
    bench.answer(found("http://www.garden.example/new"));
    expect(bench.call.to).toBe("http://www.garden.example:80/new");
    bench.connected();
    expect(bench.call.said).toContain("\r\nx-Sluice-STA-MAC: 30:AE:A4:00:00:07\r\n");
    expect(bench.call.said).toContain("\r\nRange: bytes=0-0\r\n");
    // Another host receives the board's identity, but not the password.
    expect(bench.call.said).not.toContain("Authorization");
    bench.answer(probeAnswer()).untilCall();
    expect(bench.call.to).toBe("http://www.garden.example:80/new");
    complete(bench);
    installed(bench);
  });

  test.each([301, 302, 303, 307, 308])("%i, at the same server: the password goes along", (status) => {
    const bench = new PullBench({ authorization: "Bearer abc" }).start();
    bench.answer(headOf(`${status} Moved`, "Location: /there"));
    bench.connected();
    expect(bench.call.said).toMatch(/^GET \/there HTTP\/1.0\r\n/);
    expect(bench.call.said).toContain("\r\nAuthorization: Bearer abc\r\n");
  });

  test("to strangers are not followed", () => {
    const bench = new PullBench().start().answer(found("http://10.0.0.3:8266/update"));
    expect(bench.result).toMatchObject({ error: -104, detail: "a redirect to another host, 10.0.0.3" });
    expect(bench.calls).toHaveLength(1);
  });

  test("in a circle end at once", () => {
    const bench = new PullBench().start().answer(found("/a"));
    bench.connected().answer(found("/b")).connected().answer(found("/a"));
    expect(bench.result).toMatchObject({ error: -104, detail: "redirects in a circle" });
    expect(bench.calls).toHaveLength(3);
    const itself = new PullBench().start().answer(found("/update"));
    expect(itself.result.detail).toBe("redirects in a circle");
  });

  test("without an end, too", () => {
    const bench = new PullBench().start();
    for (let i = 0; i < 20 && !bench.isOver; i++) bench.answer(found(`/${i}`)).connected();
    expect(bench.result).toMatchObject({ error: -104, detail: "more than 5 redirects" });
    expect(bench.calls).toHaveLength(6);
  });

  test("in the middle of the image are followed, the range goes along", () => {
    const bench = fetching();
    bench.answer(wholeAnswer().subarray(0, -300)).hangUp().untilCall();
    bench.answer(found("/mirror")).connected();
    expect(bench.call.said).toMatch(/^GET \/mirror .*\r\nRange: bytes=700-\r\n/s);
    complete(bench, restAnswer(700));
    installed(bench);
  });
});

test("whatever a server says, the board commits nothing but the image whose MD5 was announced", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(probeAnswer(), wholeAnswer(), restAnswer(100), restAnswer(999)),
    fc
      .constantFrom("302 Found", "200 OK", "206 Partial Content", "503 x")
      .map((status) => Buffer.from(headOf(status, "Location: /x", `Content-Length: ${image.length}`))),
  );
  const step = fc.oneof(
    piece.map((bytes) => (bench: PullBench) => void bench.answer(bytes)),
    fc.constant((bench: PullBench) => void bench.hangUp()),
    fc.constant((bench: PullBench) => void bench.untilCall(15_000)),
    fc.constant((bench: PullBench) => void bench.connected()),
    fc.nat(12_000).map((ms) => (bench: PullBench) => void bench.until(bench.now + ms)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const bench = new PullBench({ expectedMd5: md5Of(image) }).start();
      for (const one of steps) if (!bench.isOver) one(bench);
      bench.until(bench.now + 600_000);
      expect(bench.isOver).toBe(true);
      if (bench.result.outcome === PullOutcome.Ok) installed(bench);
      else unharmed(bench);
    }),
  );
});
