import { describe, expect, test } from "vitest";
import { linesOf } from "../../../src/core/pull/introduction.js";
import { PullOutcome } from "../../../src/core/pull/job.js";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { image } from "../../support/core-run.js";
import { facts, headOf, PullBench, probeAnswer, wholeAnswer } from "../../support/pull-bench.js";

/** Nothing was begun, nothing written, the equipment was never disturbed. */
function untouched(bench: PullBench): void {
  expect(bench.target.calls).toEqual([]);
  expect(bench.valve.entered).toBe(0);
  expect(bench.run.phase).toBe(UpdatePhase.Idle);
  expect(bench.calls.every(({ closed }) => closed)).toBe(true);
}

const failed = PullOutcome.Failed;
const noUpdates = PullOutcome.NoUpdates;

describe("what an answer means, with the original's numbers and words", () => {
  test.each([
    ["204 No Content", [], noUpdates, 0, ""],
    ["304 Not Modified", ["x-version: 1.1.0"], noUpdates, 0, ""],
    ["400 Bad Request", [], failed, -104, "Wrong HTTP Code"],
    ["401 Unauthorized", ['WWW-Authenticate: Basic realm="x"'], failed, -108, "Unauthorized (401)"],
    ["403 Forbidden", [], failed, -103, "Forbidden (403)"],
    ["404 Not Found", [], failed, -102, "File Not Found (404)"],
    ["404 Mode not supported", [], failed, -102, "File Not Found (404)"],
    ["407 Proxy Authentication Required", [], failed, -104, "Wrong HTTP Code"],
    ["413 Not Enough Space", [], failed, -104, "Wrong HTTP Code"],
    ["416 Range Not Satisfiable", [], failed, -104, "Wrong HTTP Code"],
    ["500 no version for ESP MAC", [], failed, -104, "Wrong HTTP Code"],
    ["503 Service Unavailable", ["Retry-After: 30"], failed, -104, "Wrong HTTP Code"],
    ["101 Switching Protocols", ["Upgrade: h2c"], failed, -104, "Wrong HTTP Code"],
    ["201 Created", ["Content-Length: 5"], failed, -104, "Wrong HTTP Code"],
    ["300 Multiple Choices", ["Location: /x"], failed, -104, "Wrong HTTP Code"],
    ["302 Found", [], failed, -104, "Wrong HTTP Code"],
    ["301 Moved Permanently", [], failed, -104, "Wrong HTTP Code"],
    ["303 See Other", [], failed, -104, "Wrong HTTP Code"],
    ["307 Temporary Redirect", [], failed, -104, "Wrong HTTP Code"],
    ["308 Permanent Redirect", [], failed, -104, "Wrong HTTP Code"],
    ["200 OK", [], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Content-Length: 0"], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Content-Length: -5"], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Content-Length: five"], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Content-Length: 0x10"], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Content-Length: 5, 5"], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Content-Length: 99999999999"], failed, -101, "Server Did Not Report Size"],
    ["200 OK", ["Transfer-Encoding: chunked"], failed, -101, "Server Did Not Report Size"],
    [
      "200 OK",
      ["Content-Length: 9", "Transfer-Encoding: gzip, chunked"],
      failed,
      -101,
      "Server Did Not Report Size",
    ],
    ["206 Partial Content", ["Content-Length: 1"], failed, -101, "Server Did Not Report Size"],
    [
      "206 Partial Content",
      ["Content-Length: 1", "Content-Range: bytes 0-1/9"],
      failed,
      -101,
      "Server Did Not Report Size",
    ],
    [
      "206 Partial Content",
      ["Content-Length: 1", "Content-Range: bytes 0-0/*"],
      failed,
      -101,
      "Server Did Not Report Size",
    ],
    [
      "200 OK",
      ["Content-Length: 9", "Content-Encoding: gzip"],
      failed,
      -9,
      "HTTP error: Transfer-Encoding not supported",
    ],
    ["200 OK", ["Content-Length: 9", "x-MD5: 0123"], failed, -105, "Wrong MD5"],
    ["200 OK", ["Content-Length: 9", "x-SHA256: 0123"], failed, -105, "Wrong MD5"],
    [
      "200 OK",
      ["Content-Length: 2000000000", "Content-Encoding: Identity"],
      failed,
      -100,
      "Not Enough space",
    ],
  ] as const)("%s %j", (status, headers, outcome, error, text) => {
    const bench = new PullBench().start();
    bench.answer(headOf(status, ...headers));
    expect(bench.result).toMatchObject({ outcome, error, text });
    untouched(bench);
  });

  test("a server that is no HTTP server", () => {
    const bench = new PullBench().start();
    bench.answer("220 smtp.example.com ESMTP\r\n");
    expect(bench.result).toMatchObject({ error: -7, text: "HTTP error: no HTTP server" });
    untouched(bench);
  });

  test("a head of 30 kB", () => {
    const bench = new PullBench().start();
    bench.answer(headOf("200 OK", `x-filling: ${"a".repeat(30_000)}`));
    expect(bench.result).toMatchObject({ error: -121, code: "HTTP_HEAD_TOO_LARGE" });
    untouched(bench);
  });

  test("x-MD5 in upper case, and the header's name in any", () => {
    const bench = new PullBench().start();
    bench.answer(
      probeAnswer()
        .toString("latin1")
        .replace(/x-MD5: \w+/, (line) => line.toUpperCase()),
    );
    expect(bench.run.phase).toBe(UpdatePhase.Prepared);
  });

  test.each([
    ["0", 0],
    ["30", 30],
    ["86399", 86399],
    ["86401", 86400],
    ["999999999", 86400],
    ["-1", 0],
    ["Fri, 31 Dec 2027 23:59:59 GMT", 0],
  ])("Retry-After: %s", (value, seconds) => {
    const bench = new PullBench().start();
    bench.answer(headOf("503 Service Unavailable", `Retry-After: ${value}`));
    expect(bench.result.retryAfter).toBe(seconds);
  });
});

describe("an image that is not worth the equipment's while", () => {
  test("runs already, whatever version it is said to be", () => {
    const bench = new PullBench({ runningMd5: "a".repeat(32) }).start();
    bench.answer(headOf("200 OK", "Content-Length: 9", `x-MD5: ${"A".repeat(32)}`, "x-version: 9.9.9"));
    expect(bench.result).toMatchObject({
      outcome: noUpdates,
      detail: "the image runs already",
      version: "9.9.9",
    });
    untouched(bench);
  });

  test("was given up before", () => {
    const bench = new PullBench({ givenUpMd5: "b".repeat(32) }).start();
    bench.answer(headOf("200 OK", "Content-Length: 9", `x-MD5: ${"b".repeat(32)}`));
    expect(bench.result).toMatchObject({ outcome: noUpdates, detail: "the board came back from this image" });
    untouched(bench);
  });

  test("went wrong too often", () => {
    const bench = new PullBench({
      blocked: { image: '"v2"', failures: 3, last: 0 },
    }).start();
    bench.answer(headOf("200 OK", "Content-Length: 9", 'ETag: "v2"'));
    expect(bench.result).toMatchObject({ outcome: noUpdates, detail: "this image went wrong 3 times" });
    untouched(bench);
  });

  test.each([
    ["1.0.9", noUpdates],
    ["1.1.0", undefined],
    ["2.0.0", undefined],
  ])("is %s, where only newer ones are wanted than 1.1.0", (version, outcome) => {
    const bench = new PullBench({ newerOnly: true }).start();
    bench.answer(probeAnswer(image, `x-version: ${version}`));
    expect(bench.isOver ? bench.result.outcome : undefined).toBe(outcome);
    const takesAll = new PullBench().start();
    takesAll.answer(probeAnswer(image, `x-version: ${version}`));
    expect(takesAll.isOver).toBe(false);
  });
});

describe("mode version", () => {
  const asked = { asksVersion: true, lines: linesOf({ ...facts, mode: "version" }) };
  test.each([
    [headOf("200 OK", "x-version: 1.2.0", "Content-Length: 0"), PullOutcome.Ok, 0, "1.2.0"],
    [headOf("200 OK", "Content-Length: 0"), failed, -109, ""],
    [headOf("304 Not Modified"), noUpdates, 0, ""],
  ])("%j", (answer, outcome, error, version) => {
    const bench = new PullBench(asked).start();
    expect(bench.call.said).not.toContain("Range:");
    bench.answer(answer);
    expect(bench.result).toMatchObject({ outcome, error, version });
    untouched(bench);
  });
});

describe("the part of an image that was asked for", () => {
  const taken = (range: string, length: number): boolean => {
    const bench = new PullBench().start();
    bench.answer(headOf("206 Partial Content", `Content-Length: ${length}`, `Content-Range: ${range}`));
    return !bench.isOver;
  };

  test.each([
    ["bytes 0-0/9", 1, true],
    ["Bytes 0-8/9", 9, true],
    ["bytes 0-9/9", 10, false],
    ["bytes 0-1/9", 1, false],
    ["bytes 1-0/9", 0, false],
    ["bytes 0-0/9", 2, false],
    ["bytes=0-0/9", 1, false],
    ["bits 0-0/9", 1, false],
    ["bytes 0-0", 1, false],
    ["bytes 0/9-0", 1, false],
    ["bytes -0/9", 1, false],
    ["bytes 0-/9", 1, false],
    ["bytes 0-0/", 1, false],
  ])("%s in %i bytes: taken %s", (range, length, isTaken) => {
    expect(taken(range, length)).toBe(isTaken);
  });
});

describe("what names an image for the next request", () => {
  /** What is requested after the first byte. */
  const asked = (...headers: string[]): string => {
    const bench = new PullBench().start();
    const range = ["Content-Length: 1", "Content-Range: bytes 0-0/1000"];
    bench.answer(headOf("206 Partial Content", ...range, ...headers)).answer(image.subarray(0, 1));
    bench.answer("").hangUp();
    return bench.untilCall().call.said;
  };

  test.each([
    ['ETag: "a"', '"a"'],
    [`ETag: "${"a".repeat(98)}"`, `"${"a".repeat(98)}"`],
  ])("%s", (header, tag) => {
    const bench = new PullBench().start();
    bench.answer(headOf("200 OK", "Content-Length: 1000", header));
    bench.answer(image.subarray(0, 500)).hangUp().untilCall();
    expect(bench.call.said).toContain(`\r\nIf-Range: ${tag}\r\n`);
  });

  test.each([
    ['ETag: W/"a"'],
    ['ETag: ""'],
    ['ETag: "a'],
    ["ETag: a"],
    [`ETag: "${"a".repeat(99)}"`],
    ['ETag: "a\rb"'],
    ['ETag: "\x0e"'],
  ])("not %s", (header) => {
    expect(asked(header)).not.toContain("If-Range");
    const bench = new PullBench().start();
    bench.answer(headOf("200 OK", "Content-Length: 1000", header));
    bench.answer(image.subarray(0, 500)).hangUp();
    expect(bench.result).toMatchObject({ error: 6 });
  });
});

test("setMD5sum counts before what the server says", () => {
  const bench = new PullBench({ expectedMd5: "C".repeat(32) }).start();
  bench.answer(wholeAnswer());
  expect(bench.run.offer?.md5).toBe("c".repeat(32));
});
