import { judgeAnswer } from "../../src/core/pull/answer.js";
import { readResponseHead } from "../../src/core/pull/head.js";
import { newJob, type PullJob, PullOutcome } from "../../src/core/pull/job.js";
import { redirected } from "../../src/core/pull/redirect.js";
import { requestOf } from "../../src/core/pull/request.js";
import { explain } from "../../src/core/pull/result.js";
import { retryAfterMs } from "../../src/core/pull/retry.js";
import { parseUrl, urlText } from "../../src/core/pull/url.js";
import { isHex } from "../../src/core/text.js";
import { isPlain } from "../../src/core/web/head.js";
import { image } from "../../test/support/core-run.js";
import {
  headOf,
  PullBench,
  plan,
  probeAnswer,
  restAnswer,
  wholeAnswer,
} from "../../test/support/pull-bench.js";
import { bytesOf, Feed, latin1, must, mustEqual, type Target } from "../target.js";

const words = [
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.0 304 Not Modified\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 206 Partial Content\r\n",
  "HTTP/1.1 302 Found\r\nLocation: ",
  "Content-Length: 1000\r\n",
  "Content-Range: bytes 0-0/1000\r\n",
  "Content-Range: bytes 500-999/1000\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Content-Encoding: gzip\r\n",
  "x-MD5: ",
  "x-SHA256: ",
  "x-version: 1.2.0\r\n",
  'ETag: "',
  "Retry-After: 60\r\n",
  "http://10.0.0.2:8266/",
  "https://",
  "../",
  "//",
  "\r\n",
  "\r\n\r\n",
];
const heads = [
  headOf("200 OK", "Content-Length: 1000", `x-MD5: ${"a".repeat(32)}`, 'ETag: "1"', "x-version: 1.2.0"),
  headOf("206 Partial Content", "Content-Length: 1", "Content-Range: bytes 0-0/1000"),
  headOf("302 Found", "Location: /other"),
  headOf("304 Not Modified"),
  headOf("503 Service Unavailable", "Retry-After: 60"),
  `HTTP/1.1 100 Continue\r\n\r\n${headOf("200 OK", "Content-Length: 5")}`,
];

/** The answer's head, in one piece and in many, and what follows from it. */
const answer: Target = {
  name: "pull-answer",
  most: 4096,
  words,
  seeds: () => heads.flatMap((text) => [`\0${text}`, `\x07${text}`]),
  run: (input) => {
    const kind = input[0] ?? 0;
    const text = latin1(input.slice(1));
    const job = newJob({ ...plan, asksVersion: (kind & 1) === 1, newerOnly: (kind & 2) === 2 });
    const length = readResponseHead(job, text);
    const other: Pick<PullJob, "head"> = { head: undefined };
    let count = 0;
    for (let at = 0; at < text.length && other.head?.done !== true; at += 1 + (kind >> 2))
      count += readResponseHead(other, text.slice(at, at + 1 + (kind >> 2)));
    must(length >= 0 && length <= text.length, "more bytes than there are");
    if (job.head?.done === true) {
      mustEqual(count, length, "the head's end depends on how it is cut");
      mustEqual(other.head, job.head, "the head depends on how it is cut");
    }
    if (job.head?.done !== true) return;
    judgeAnswer(job, 1000);
    const found = job.image;
    if (found !== undefined) {
      must(found.size > 0 && found.first >= 0 && found.first < found.size, "an image that is none");
      must(found.md5 === "" || isHex(found.md5, 32), "an MD5 that is none");
      must(found.sha256 === "" || isHex(found.sha256, 64), "a SHA-256 that is none");
      job.received = 1;
      const lines = requestOf(job).split("\r\n");
      must(lines.every(isPlain) && lines.filter((line) => line === "").length === 2, "a request in two");
    }
    explain(job);
    const wait = retryAfterMs(job);
    must(wait >= 0 && wait <= 86_400_000, `to wait for ${wait} ms`);
  },
};

/** Addresses, and where redirects lead: never to a stranger, never out of TLS. */
const url: Target = {
  name: "pull-url",
  most: 1200,
  words: [...words, "http://", "www.", "garden.example", "@", ":", "#", "?", "[::1]", "127.0.0.1"],
  seeds: () => [
    "http://garden.example/update?x=1#y",
    "https://10.0.0.2:8443/a/b",
    "//www.garden.example",
    "../up",
    "?q",
  ],
  run: (input) => {
    const text = latin1(input);
    const read = parseUrl(text);
    if (typeof read !== "string") {
      mustEqual(parseUrl(urlText(read)), read, "an address reads otherwise");
      must(isPlain(read.path) && !read.path.includes(" "), "a path in two");
    }
    for (const from of ["http://garden.example:8266/a/update?v=1", "https://www.garden.example/update"]) {
      const origin = parseUrl(from);
      if (typeof origin === "string") continue;
      const to = redirected(origin, origin, text);
      if (typeof to === "string") continue;
      must(to.host === origin.host || to.host.endsWith("garden.example"), `to a stranger: ${to.host}`);
      must(to.tls || !origin.tls, "out of TLS");
      must(/^\/[\x21-\x7e]*$/.test(to.path), "a path that is none");
    }
  },
};

/** A server that does what it likes. The update ends, the valve is released, and only the announced image is taken. */
function serve(input: Uint8Array): void {
  const feed = new Feed(input);
  const bench = new PullBench({ newerOnly: feed.below(2) === 1 }, { takesMs: 200 });
  bench.start();
  const answers = [probeAnswer(), wholeAnswer(), restAnswer(1), restAnswer(500), ...heads.map(bytesOf)];
  let restarts = 0;
  while (!feed.isOver && !bench.isOver) {
    switch (feed.below(7)) {
      case 0:
        if (bench.calls.length > 0) bench.answer(answers[feed.below(answers.length)], 1 + feed.byte());
        break;
      case 1:
        bench.answer(feed.piece(), 1 + feed.below(64));
        break;
      case 2:
        bench.hangUp();
        break;
      case 3:
        bench.until(bench.now + 50 * feed.byte());
        break;
      case 4:
        bench.connected();
        break;
      case 5:
        bench.answer(image.slice(feed.u16() % 1000), 200);
        break;
      default:
        if (restarts++ < 4) bench.untilCall(20_000);
    }
  }
  bench.valve.broken = undefined;
  if (!bench.isOver) bench.hangUp();
  for (let i = 0; i < 12 && !bench.isOver; i++) bench.untilCall(60_000);
  bench.until(bench.now + 200_000);
  must(bench.isOver, "it never ends");
  const isCommitted = bench.target.calls.includes("commit");
  must(isCommitted || bench.valve.entered === bench.valve.left, "the valve stays held");
  must(!isCommitted || bench.job.outcome === PullOutcome.Ok, "committed, but no success");
  if (isCommitted)
    must(bench.target.bytes.length === bench.job.image?.size, "not as many bytes as announced");
  must(bench.calls.length < 200, `${bench.calls.length} connections`);
}

const attempt: Target = {
  name: "pull-attempt",
  most: 500,
  words,
  seeds: () => [
    Uint8Array.of(0, 0, 0, 100, 6, 0, 2, 100, 3, 40),
    Uint8Array.of(0, 0, 1, 255, 3, 40),
    Uint8Array.of(1, 0, 0, 50, 6, 0, 2, 10, 2, 6, 0, 3, 5),
    Uint8Array.of(0, 0, 6, 100, 6, 0, 0, 100),
    Uint8Array.of(0, 0, 7, 100, 3, 10),
  ],
  run: serve,
};

export const pullTargets: readonly Target[] = [answer, url, attempt];
