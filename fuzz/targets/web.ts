import { type Form, newForm, takeForm } from "../../src/core/web/form.js";
import { gate } from "../../src/core/web/gate.js";
import { isPlain, readRequestHead } from "../../src/core/web/head.js";
import { answerText } from "../../src/core/web/reply.js";
import { md5Of } from "../../test/support/core-bundle.js";
import { image } from "../../test/support/core-run.js";
import {
  basic,
  formBody,
  page,
  requestHead,
  latin1 as textOf,
  WebBench,
} from "../../test/support/web-bench.js";
import { bytesOf, Feed, latin1, must, mustEqual, type Target } from "../target.js";

const boundary = "----WebKitFormBoundaryAbC123";
const form = formBody([
  { field: "md5", content: md5Of(image) },
  { field: "firmware", file: "garden.app", content: textOf(image) },
]);
const words = [
  "GET ",
  "POST ",
  "OPTIONS ",
  "/update",
  "/update/prepare?size=1000&md5=",
  "/update/status",
  "?kind=filesystem",
  " HTTP/1.1\r\n",
  "\r\n",
  "\r\n\r\n",
  "Host: 192.168.1.7\r\n",
  "Content-Length: 1000\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Expect: 100-continue\r\n",
  "Origin: http://evil.example\r\n",
  `${basic}\r\n`,
  "Content-Type: multipart/form-data; boundary=",
  boundary,
  `\r\n--${boundary}\r\n`,
  `\r\n--${boundary}--\r\n`,
  'Content-Disposition: form-data; name="md5"',
  '; filename="a"',
];

const requests = [
  requestHead("GET /update"),
  requestHead("GET /"),
  requestHead("GET /update/status"),
  requestHead(`POST /update/prepare?size=1000&md5=${md5Of(image)}`),
  requestHead("POST /update", [`x-MD5: ${md5Of(image)}`], image.length),
  requestHead("POST /update", [form.type, "Expect: 100-continue"], form.body.length),
  requestHead("POST /update", ["Origin: http://evil.example"], 5),
];

/** A request's head and what it is for: no answer has a line that the request brought. */
const head: Target = {
  name: "web-head",
  most: 2048,
  words,
  seeds: () => requests.map((one) => one.slice(0, -4)),
  run: (input) => {
    const read = readRequestHead(latin1(input));
    const host = { path: "/update", name: "garden", pageLength: page.length, pageHeaders: "" };
    const route = gate(host, read);
    if (read === undefined) must(route.task === undefined, "a task without a request");
    else {
      must(read.path.startsWith("/") && isPlain(read.path), "a path that is none");
      must(read.length >= -1 && read.length <= 9999999999, "a length that is none");
    }
    if (route.task !== undefined) must(isPlain(route.task.again), "an address with a line end in it");
    if (route.answer === undefined) return;
    const text = answerText(route.answer, false);
    must(/^HTTP\/1\.1 \d{3} [A-Za-z ]+\r\n/.test(text), `a status line that is none: ${text.slice(0, 40)}`);
  },
};

function taken(bytes: string, length: number, cut: (at: number) => number): { form: Form; image: string } {
  const form = newForm(boundary, length);
  let image = "";
  for (let at = 0; at < bytes.length; ) {
    const next = at + cut(at);
    image += takeForm(form, bytes.slice(at, next));
    must(form.fault !== "" || form.held.length <= 2048, "more than 2 KB are kept back");
    at = next;
  }
  return { form, image };
}

/** A form is the same however it is cut, and its file has the size that was announced. */
const forms: Target = {
  name: "web-form",
  most: 3072,
  words,
  seeds: () => [
    `\x01${form.body}`,
    `\x40${form.body}`,
    `\xff${formBody([{ field: "filesystem", file: "fs.bin", content: "abc" }]).body}`,
    `\x03${formBody([{ field: "firmware", file: "", content: "" }]).body}`,
  ],
  run: (input) => {
    const bytes = latin1(input.slice(1));
    const size = (input[0] ?? 0) + 1;
    const whole = taken(bytes, bytes.length, () => bytes.length);
    const pieces = taken(bytes, bytes.length, (at) => 1 + ((at * 7 + size) % size));
    if (whole.form.fault !== "" || pieces.form.fault !== "") {
      must(
        whole.form.fault !== "" || !whole.form.isDone || pieces.form.fault !== "",
        "a fault in pieces only",
      );
      return;
    }
    mustEqual(pieces.image, whole.image, "the file depends on how it is cut");
    mustEqual([pieces.form.isDone, pieces.form.md5], [whole.form.isDone, whole.form.md5], "so does the form");
    if (whole.form.isDone && whole.form.hasFile && whole.form.rest === 0)
      must(whole.form.size >= whole.image.length, "the file is longer than announced");
  },
};

/** Visitors and the clock. What is committed is what came with the password; every connection ends with one answer. */
function visits(input: Uint8Array): void {
  const feed = new Feed(input);
  const bench = new WebBench({ takesMs: 200 });
  let visitor = bench.visitor();
  let hasPassword = false;
  while (!feed.isOver) {
    const before = visitor.closed ? visitor.out.length : -1;
    switch (feed.below(8)) {
      case 0:
        visitor = bench.visitor();
        break;
      case 1: {
        const request = requests[feed.below(requests.length)];
        hasPassword = true;
        if (!visitor.closed) visitor.say(request);
        break;
      }
      case 2:
        if (!visitor.closed) visitor.say(feed.piece());
        break;
      case 3:
        if (!visitor.closed) visitor.say(image.slice(feed.u16() % 1000));
        break;
      case 4:
        if (!visitor.closed) visitor.say(form.body.slice(feed.u16() % form.body.length));
        break;
      case 5:
        visitor.until(bench.now + 50 * feed.byte());
        break;
      case 6:
        visitor.connection.tick(bench.now, feed.below(2) === 0);
        visitor.drain();
        break;
      default:
        visitor.closed = true;
        visitor.leave();
    }
    if (before >= 0 && visitor.closed) must(visitor.out.length === before, "something is sent after the end");
    if (bench.target.taken.length > 0) must(hasPassword, "bytes without a password");
  }
  for (let second = 0; second < 90 && !visitor.closed; second++) {
    bench.now += 1000;
    visitor.connection.tick(bench.now, false);
    visitor.drain();
  }
  must(visitor.closed, "a connection never ends");
  const answers = visitor.out
    .split("HTTP/1.1 ")
    .slice(1)
    .filter((text) => !text.startsWith("100 "));
  must(answers.length <= 1, `${answers.length} answers to one request`);
}

const connection: Target = {
  name: "web-connection",
  most: 1500,
  words,
  seeds: () => [
    Uint8Array.of(1, 0),
    Uint8Array.of(1, 2, 5, 10),
    Uint8Array.of(1, 3, 0, 1, 4, 3, 0, 0, 5, 40, 5, 200),
    Uint8Array.of(1, 4, 3, 0, 0, 5, 40, 0, 1, 4, 3, 0, 0, 5, 100),
    Uint8Array.of(1, 5, 4, 0, 0, 5, 40, 0, 1, 5, 4, 0, 0, 5, 100),
    Uint8Array.of(2, 60, ...bytesOf(requests[0]).slice(0, 60), 5, 200),
  ],
  run: visits,
};

export const webTargets: readonly Target[] = [head, forms, connection];
