import { beforeEach, describe, expect, test } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { WebStep } from "../../../src/core/web/steps.js";
import { md5Of } from "../../support/core-bundle.js";
import { image } from "../../support/core-run.js";
import type { StepPlan } from "../../support/core-steps.js";
import {
  basic,
  formBody,
  latin1,
  page,
  requestHead,
  type Visitor,
  WebBench,
} from "../../support/web-bench.js";

let bench = new WebBench();
beforeEach(() => {
  bench = new WebBench();
});

const success = '<META http-equiv="refresh" content="15;URL=/">Update Success! Rebooting...';
const wrong = `Authorization: Basic ${Buffer.from("admin:daisy").toString("base64")}`;

/** Nothing was begun, nothing written, the application was never disturbed. */
function untouched(): void {
  expect(bench.target.calls).toEqual([]);
  expect(bench.valve.entered).toBe(bench.valve.left);
  expect(bench.run.phase).toBe(UpdatePhase.Idle);
  expect(bench.restarted).toBe(0);
}

describe("the page", () => {
  test("comes whole, in pieces of 1 KB, each when the one before has left", () => {
    const visitor = bench.visitor();
    visitor.connection.data(0, requestHead("GET /update"));
    const sizes: number[] = [];
    while (visitor.pending && !visitor.closed) {
      const before = visitor.out.length;
      visitor.pending = false;
      visitor.connection.drain(0);
      sizes.push(visitor.out.length - before);
    }
    expect(Math.max(...sizes)).toBe(1024);
    expect(visitor.answer).toMatchObject({ status: 200, body: page });
    expect(visitor.answer.headers.get("content-length")).toBe(String(page.length));
    expect(visitor.answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(visitor.closed).toBe(true);
  });

  test("may not be framed, kept or read by other sites", () => {
    const { headers } = bench.ask("GET /update").answer;
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("a browser that takes nothing is let go of", () => {
    const visitor = bench.visitor();
    visitor.connection.data(0, requestHead("GET /update"));
    visitor.pending = false;
    expect(visitor.until(9950).closed).toBe(false);
    expect(visitor.until(10_000).closed).toBe(true);
  });
});

describe("who may come in", () => {
  test.each([
    [400, "GET /update", ["Host:"]],
    [403, "GET /update", ["Host: evil.example"]],
    [403, "POST /update", ["Origin: http://evil.example"]],
    [403, "POST /update/prepare?size=10", ["Sec-Fetch-Site: cross-site"]],
    [401, "GET /update", ["Authorization:"]],
    [401, "GET /update/status", ["Authorization:"]],
    [401, "GET /", ["Authorization:"]],
    [401, "POST /update", ["Authorization:"]],
    [401, "POST /update/prepare?size=10", [wrong]],
    [405, "PUT /update", []],
    [405, "DELETE /update", []],
    [404, "GET /update/prepare", []],
    [404, "GET /favicon.ico", []],
    [404, "POST /update/status", []],
    [411, "POST /update", ["Content-Length:"]],
    [411, "POST /update", ["Transfer-Encoding: chunked"]],
    [413, "POST /update", ["Content-Length: 99999999"]],
    [400, "POST /update", ["Content-Length: 0"]],
    [400, "POST /update?md5=123", []],
    [400, "POST /update", ["Content-Type: multipart/form-data"]],
    [400, "POST /update/prepare", []],
    [413, "POST /update/prepare?size=99999999", []],
    [415, "POST /update/prepare?size=100&kind=filesystem", []],
  ] as [number, string, string[]][])("%d for %s %j", (status, first, headers) => {
    const visitor = bench.ask(first, headers, first.startsWith("POST /update ") ? image : "");
    expect(visitor.answer.status).toBe(status);
    untouched();
  });

  test("a browser is asked for the password, and preflights get nothing", () => {
    expect(bench.ask("GET /update", ["Authorization:"]).answer.headers.get("www-authenticate")).toMatch(
      /^Basic /,
    );
    const { status, headers } = bench.ask("OPTIONS /update", ["Origin: http://evil.example"]).answer;
    expect(status).toBe(204);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("guesses are slowed down, even for who then knows it, and only for the web", () => {
    for (let i = 0; i < 3; i++) expect(bench.ask("GET /update", [wrong]).answer.status).toBe(401);
    const locked = bench.ask("GET /update").answer;
    expect(locked.status).toBe(429);
    expect(locked.headers.get("retry-after")).toBe("2");
    expect(bench.limiter.waitMs(0, "192.168.1.9")).toBe(0);
    for (const [now, seconds] of [
      [999, "2"],
      [1000, "1"],
      [1999, "1"],
    ] as const) {
      bench.now = now;
      expect(bench.ask("GET /update").answer.headers.get("retry-after")).toBe(seconds);
    }
    bench.now = 2000;
    expect(bench.ask("GET /update").answer.status).toBe(200);
    expect(bench.told.filter(({ event }) => event === "auth-failed")).toHaveLength(3);
  });

  test("who brings no password guesses nothing", () => {
    for (let i = 0; i < 10; i++) expect(bench.ask("GET /update", ["Authorization:"]).answer.status).toBe(401);
    expect(bench.ask("GET /update").answer.status).toBe(200);
    expect(bench.told).toEqual([]);
  });

  test("the right password forgets the guesses before it, where it came to act and not to look", () => {
    const guess = () => bench.ask("GET /update", [wrong]).answer.status;
    expect([guess(), guess()]).toEqual([401, 401]);
    bench.ask("GET /update");
    expect([guess(), bench.ask("GET /update").answer.status]).toEqual([401, 429]);
    bench.now = 2000;
    bench.ask("POST /update/prepare");
    expect([guess(), guess(), bench.ask("GET /update").answer.status]).toEqual([401, 401, 200]);
    expect(bench.told.filter(({ event }) => event === "authenticated")).toHaveLength(1);
  });

  test("an open board asks for none, but turns other sites away all the same", () => {
    bench.open = true;
    expect(bench.ask("GET /update", ["Authorization:"]).answer.status).toBe(200);
    const cross = ["Authorization:", "Origin: http://evil.example"];
    expect(bench.ask("POST /update", cross, image).answer.status).toBe(403);
    untouched();
  });

  test("the password of one request is nothing to the next", () => {
    const begun = bench
      .visitor()
      .say(requestHead("POST /update", [], image.length))
      .say(image.slice(0, 100));
    begun.leave();
    expect(bench.ask("POST /update", ["Authorization:"], image).answer.status).toBe(401);
    expect(bench.ask("POST /update", ["Authorization:"]).answer.status).toBe(401);
    bench.now = 1000;
    expect(bench.restarted).toBe(0);
    expect(bench.target.calls).not.toContain("commit");
  });

  test("no byte of a refused body is kept, and the answer waits for it to end", () => {
    const visitor = bench.visitor().say(requestHead("POST /update", [wrong], 5000));
    expect(visitor.answer.status).toBe(401);
    expect(visitor.closed).toBe(false);
    for (let i = 0; i < 10; i++) visitor.say("x".repeat(500));
    expect(visitor.closed).toBe(true);
    untouched();
  });
});

describe("slow and endless requests", () => {
  test("a head has 5 s", () => {
    const visitor = bench.visitor().say("GET /update HT");
    expect(visitor.until(4950).out).toBe("");
    expect(visitor.until(5000).answer.status).toBe(408);
    expect(visitor.closed).toBe(true);
  });

  test("an empty head is none", () => {
    expect(bench.visitor().say("\r\n\r\n").answer.status).toBe(400);
  });

  test("a head has exactly 2 KB", () => {
    const head = requestHead("GET /update/status", ["X:"]);
    const filled = (length: number) =>
      `${head.slice(0, -2)}X: ${"y".repeat(length - (head.length - 4) - 5)}\r\n\r\n`;
    expect(filled(2048).indexOf("\r\n\r\n")).toBe(2048);
    expect(bench.visitor().say(filled(2048)).answer.status).toBe(200);
    expect(bench.visitor().say(filled(2049)).answer.status).toBe(431);
  });

  test("a head has 2 KB, also when it comes at once", () => {
    const drip = bench.visitor();
    for (let i = 0; i < 300 && !drip.closed; i++) drip.say("X: yyyy\r\n");
    expect(drip.answer.status).toBe(431);
    expect(bench.ask("GET /update", [`X: ${"y".repeat(2100)}`]).answer.status).toBe(431);
  });

  test("who refuses to end a refused body is cut off", () => {
    const silent = bench.visitor().say(requestHead("POST /update", [wrong], 5000));
    expect(silent.until(2950).closed).toBe(false);
    expect(silent.until(3000).closed).toBe(true);
    const drip = bench.visitor().say(requestHead("POST /update", ["Authorization:"], 5000));
    const from = bench.now;
    while (!drip.closed && bench.now < from + 60_000) drip.say("x").until(bench.now + 1000);
    expect(bench.now - from).toBe(30_000);
  });

  test("who connects and sends nothing has 2 s, and no step is loaded for it", () => {
    const silent = bench.visitor();
    expect(silent.until(1950).closed).toBe(false);
    expect(silent.until(2000)).toMatchObject({ closed: true, out: "" });
    expect(bench.fetched).toEqual([]);
  });

  test("who only waits gives room to another visitor; an upload does not", () => {
    const refused = bench.visitor().say(requestHead("POST /update", [wrong], 5000));
    const [silent, head] = [bench.visitor(), bench.visitor().say("GET ")];
    const upload = bench.visitor().say(requestHead("POST /update", [], 1000));
    const reading = bench.visitor();
    reading.connection.data(bench.now, requestHead("GET /update"));
    const all = [refused, silent, head, upload, reading];
    for (const visitor of all) visitor.connection.tick(bench.now, true);
    expect(all.map(({ closed }) => closed)).toEqual([true, true, true, false, false]);
    for (const visitor of [silent, head]) expect(visitor.answer.status).toBe(503);
    upload.say("x".repeat(500));
    for (const visitor of [upload, reading]) visitor.connection.tick(1000, true);
    expect([upload.closed, reading.closed]).toEqual([false, true]);
  });

  test("a sender that falls silent ends its update, and the application goes on", () => {
    const visitor = bench
      .visitor()
      .say(requestHead("POST /update", [], 1000))
      .say("x".repeat(500));
    expect(visitor.until(9950).out).toBe("");
    expect(visitor.until(10_000).answer).toMatchObject({ status: 408 });
    expect(bench.valve.left).toBe(1);
    expect(bench.run.phase).toBe(UpdatePhase.Idle);
  });

  test.each([true, false])(
    "so does one that expected 100 and falls silent in the middle (form: %s)",
    (isForm) => {
      bench = new WebBench({ takesMs: 200 });
      const { type, body } = formBody([{ field: "app", file: "x", content: latin1(image) }]);
      const lines = ["Expect: 100-continue", ...(isForm ? [type] : [])];
      const visitor = bench
        .visitor()
        .say(requestHead("POST /update", lines, isForm ? body.length : image.length))
        .say((isForm ? body : latin1(image)).slice(0, 500));
      expect(visitor.until(9950).closed).toBe(false);
      expect(visitor.until(30_000).answer).toMatchObject({ status: 408 });
      expect(bench.valve.left).toBe(1);
      expect(bench.run.phase).toBe(UpdatePhase.Idle);
    },
  );
});

describe("an image", () => {
  test.each([
    ["raw", [], latin1(image)],
    ["with its MD5 in a header", [`x-MD5: ${md5Of(image).toUpperCase()}`], latin1(image)],
  ])("%s is written, verified, committed, answered in the original's words", (_how, headers, body) => {
    const visitor = bench.ask("POST /update", headers, body).until(100);
    expect(visitor.answer).toMatchObject({ status: 200, body: success });
    expect(Buffer.from(bench.target.bytes).equals(Buffer.from(image))).toBe(true);
    expect([visitor.closed, bench.restarted, bench.heard.at(-1)]).toEqual([true, 1, "end"]);
  });

  test("in a form, whatever its field is called, with fields in which nothing was chosen", () => {
    const { type, body } = formBody([
      { field: "md5", content: md5Of(image) },
      { field: "filesystem", file: "", content: "" },
      { field: "image", file: "x.bin", content: latin1(image) },
    ]);
    const visitor = bench.ask("POST /update", [type], body).until(100);
    expect(visitor.answer).toMatchObject({ status: 200, body: success });
    expect(Buffer.from(bench.target.bytes).equals(Buffer.from(image))).toBe(true);
    expect(bench.restarted).toBe(1);
  });

  test("the field filesystem is the original's command 100", () => {
    bench.target.commands = [100];
    const form = (field: string) => formBody([{ field, file: "x", content: latin1(image) }]);
    const bad = form("firmware");
    expect(bench.ask("POST /update", [bad.type], bad.body).answer.status).toBe(415);
    const good = form("filesystem");
    expect(bench.ask("POST /update", [good.type], good.body).until(100).answer.status).toBe(200);
    expect(bench.run.offer?.command).toBe(100);
  });

  test("a wrong MD5, an image that is none, two images, none at all: refused, not committed", () => {
    const otherMd5 = bench.ask("POST /update", [`x-MD5: ${"0".repeat(32)}`], image).until(100).answer;
    expect(otherMd5).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^ERROR\[7\]: MD5 verification/),
    });
    bench.target.magic = 0xe9;
    expect(bench.ask("POST /update", [], image).answer).toMatchObject({
      status: 415,
      body: "ERROR[10]: Magic byte is not 0xE9\n",
    });
    bench.target.magic = undefined;
    const one = { field: "firmware", file: "x", content: latin1(image) };
    const two = formBody([one, one]);
    expect(bench.ask("POST /update", [two.type], two.body).answer.status).toBe(400);
    const none = formBody([{ field: "firmware", file: "", content: "" }]);
    expect(bench.ask("POST /update", [none.type], none.body).answer.body).toBe(
      "ERROR[13]: No data supplied\n",
    );
    const cut = formBody([one]);
    const short = cut.body.slice(0, -40);
    expect(bench.ask("POST /update", [cut.type], short).answer.status).toBe(400);
    expect(bench.target.calls).not.toContain("commit");
    expect(bench.valve.left).toBe(bench.valve.entered);
    expect(bench.restarted).toBe(0);
  });

  test("errors with status 200, for who wants the original's", () => {
    bench.classic = true;
    bench.target.magic = 0xe9;
    expect(bench.ask("POST /update", [], image).answer).toMatchObject({
      status: 200,
      body: "Update error: ERROR[10]: Magic byte is not 0xE9\n",
    });
  });

  test("whose sender is gone before the answer does not run", () => {
    const visitor = bench
      .visitor()
      .say(requestHead("POST /update", [], image.length))
      .say(image);
    visitor.leave();
    visitor.until(500);
    expect(bench.target.calls).not.toContain("commit");
    expect(bench.errors).toEqual(["error 23"]);
    expect(bench.valve.left).toBe(1);
  });

  test("waits for the next start where the application wants that", () => {
    bench.restartsAfter = false;
    expect(bench.ask("POST /update", [], image).until(100).answer.body).toBe("Update Success!");
    expect(bench.restarted).toBe(0);
    expect(bench.valve.left).toBe(1);
  });
});

describe("while valves close", () => {
  const slow: StepPlan = { takesMs: 3000, deadlineMs: 5000 };

  test("a body that comes is let go, and asked for once more when they are closed", () => {
    bench = new WebBench(slow);
    const first = bench.ask("POST /update?kind=app", [], image);
    expect(first.until(2950).out).toBe("");
    const again = first.until(3100).answer;
    expect(again.status).toBe(307);
    expect(again.headers.get("location")).toBe("/update?kind=app");
    expect(bench.target.calls).toEqual([]);
    const second = bench.ask("POST /update?kind=app", [], image).until(3300);
    expect(second.answer.status).toBe(200);
    expect(bench.valve.entered).toBe(1);
    expect(bench.restarted).toBe(1);
  });

  test("nobody comes back: after a minute the application goes on", () => {
    bench = new WebBench(slow);
    bench.ask("POST /update", [], image).until(3100);
    bench.run.poll(bench.now + 61_000);
    expect(bench.run.phase).toBe(UpdatePhase.Idle);
    expect(bench.valve.left).toBe(1);
  });

  test("who expects 100 is kept waiting, and sends once", () => {
    bench = new WebBench(slow);
    const visitor = bench.visitor().say(requestHead("POST /update", ["Expect: 100-continue"], image.length));
    expect(visitor.until(2950).out).toBe("");
    expect(visitor.until(3100).out).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    expect(visitor.say(image).until(3300).answer.status).toBe(200);
  });

  test("who expects 100 and may not come in reads why before it sends", () => {
    const visitor = bench.visitor().say(requestHead("POST /update", ["Expect: 100-continue", wrong], 1000));
    expect(visitor.out).toMatch(/^HTTP\/1.1 401 /);
  });

  test("a valve that does not close refuses with its reason", () => {
    bench = new WebBench({ takesMs: 99_000, deadlineMs: 5000 });
    const { status, body } = bench.ask("POST /update", [], image).until(5100).answer;
    expect([status, body]).toEqual([409, "ERROR[17]: closing valve 2 took longer than 5000 ms\n"]);
    untouched();
  });

  test("a valve that opens again during the update ends it", () => {
    const visitor = bench
      .visitor()
      .say(requestHead("POST /update", [], image.length))
      .say(image.slice(0, 500));
    bench.valve.broken = "open";
    expect(visitor.until(100).answer.status).toBe(409);
    expect(bench.target.calls).not.toContain("commit");
  });

  test("who does not expect 100 gets none, and who sends a form and expects it gets it at once", () => {
    expect(bench.ask("POST /update", [], image).until(100).out).toMatch(/^HTTP\/1\.1 200 OK/);
    bench = new WebBench();
    const { type, body } = formBody([{ field: "app", file: "x", content: latin1(image) }]);
    expect(bench.ask("POST /update", [type], body).until(100).out).toMatch(/^HTTP\/1\.1 200 OK/);
    bench = new WebBench();
    const visitor = bench
      .visitor()
      .say(requestHead("POST /update", [type, "Expect: 100-continue"], body.length));
    expect(visitor.out).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    expect(visitor.say(body).until(100).answer.status).toBe(200);
    expect(visitor.out.match(/100 Continue/g)).toHaveLength(1);
  });

  test("the page asks first, follows the steps, keeps the preparation alive by asking, and sends once", () => {
    bench = new WebBench({ takesMs: 70_000, deadlineMs: 80_000 });
    const query = `size=${image.length}&md5=${md5Of(image)}`;
    expect(bench.ask(`POST /update/prepare?${query}`).answer.status).toBe(202);
    const status = () => {
      bench.run.poll(bench.now);
      return JSON.parse(bench.ask("GET /update/status").answer.body);
    };
    expect(status()).toMatchObject({ state: "preparing", steps: ["valve 2: closing valve 2"], error: null });
    for (; bench.now < 70_000; bench.now += 500) expect(status().state).toBe("preparing");
    expect(status()).toMatchObject({ state: "prepared", steps: ["valve 2: closing valve 2", "safe"] });
    const sent = bench
      .visitor()
      .say(requestHead(`POST /update?${query}`, [], image.length))
      .say(image.slice(0, 400));
    expect(status()).toMatchObject({ state: "writing", done: 400, total: 1000 });
    sent.say(image.slice(400, 403));
    expect(status()).toMatchObject({ state: "writing", done: 403, total: 1000 });
    expect(sent.say(image.slice(403)).until(bench.now + 100).answer.status).toBe(200);
  });

  test("prepared at once is said at once", () => {
    expect(bench.ask("POST /update/prepare?size=1000").answer.status).toBe(200);
  });
});

describe("bytes that come before the next tick", () => {
  const start = (): Visitor => {
    bench = new WebBench({ takesMs: 3000, deadlineMs: 5000 });
    return bench.visitor().say(requestHead("POST /update", [], image.length));
  };
  /** The valve is closed, and no tick has seen the upload since. */
  const close = (): void => {
    bench.now = 3000;
    bench.run.poll(3000);
  };

  test("are taken, when the equipment is safe and none was let go", () => {
    const visitor = start();
    close();
    expect(visitor.say(image).until(3200).answer.status).toBe(200);
    expect(Buffer.from(bench.target.bytes).equals(Buffer.from(image))).toBe(true);
  });

  test("are let go, when a single one was before", () => {
    const visitor = start().say(image.slice(0, 1));
    close();
    expect(visitor.say(image.slice(1)).until(3200).answer.status).toBe(307);
    expect(bench.target.calls).toEqual([]);
  });
});

describe("while the board leaves for a restart that makes room", () => {
  beforeEach(() => {
    bench = new WebBench({ takesMs: 3000, deadlineMs: 5000 });
  });

  test("who asks reads that it is preparing, and who sends that the image is to be sent again", () => {
    expect(bench.ask("POST /update/prepare?size=1000").answer.status).toBe(202);
    bench.run.phase = UpdatePhase.Leaving;
    const again = bench.ask("POST /update/prepare?size=1000").answer;
    expect([again.status, JSON.parse(again.body).state]).toEqual([202, "preparing"]);
    expect(JSON.parse(bench.ask("GET /update/status").answer.body)).toMatchObject({ state: "preparing" });
    const { status, headers, body } = bench.ask("POST /update", [], image).until(50).answer;
    expect([status, headers.get("retry-after")]).toEqual([503, "10"]);
    expect(body).toMatch(/restarts to make room.*once more/);
    expect([bench.run.phase, bench.valve.left]).toEqual([UpdatePhase.Leaving, 0]);
  });

  test("a sender who waits is told, too", () => {
    const waiting = bench.ask("POST /update", [], image).until(1000);
    expect(waiting.out).toBe("");
    bench.run.phase = UpdatePhase.Leaving;
    expect(waiting.until(1100).answer.status).toBe(503);
    waiting.leave();
    expect([bench.run.phase, bench.valve.left, bench.errors]).toEqual([UpdatePhase.Leaving, 0, []]);
  });
});

describe("what is in memory", () => {
  test("a request's steps come one after the other, each once", () => {
    const entrance = [WebStep.Head, WebStep.Gate, WebStep.Password];
    const told = [WebStep.Status, WebStep.Answer];
    bench.ask("GET /update/status");
    expect(bench.fetched.splice(0)).toEqual([...entrance, ...told]);
    bench.ask("POST /update/prepare?size=1000");
    expect(bench.fetched.splice(0)).toEqual([...entrance, WebStep.Prepare, ...told]);
    bench.ask("GET /update", ["Host: evil.example"]);
    expect(bench.fetched.splice(0)).toEqual([WebStep.Head, WebStep.Gate, WebStep.Answer]);
    bench.ask("GET /update");
    const pieces = Array.from({ length: Math.ceil(page.length / 1024) }, () => WebStep.Page);
    expect(bench.fetched.splice(0)).toEqual([...entrance, WebStep.Answer, ...pieces]);
  });

  test.each(["raw", "form"])("once the head of an image is in nothing is fetched: %s", (how) => {
    const form = formBody([{ field: "app", file: "x", content: latin1(image) }]);
    const [headers, body] = how === "form" ? [[form.type], form.body] : [[], latin1(image)];
    const visitor = bench.visitor().say(requestHead("POST /update", headers, body.length));
    visitor.say(body.slice(0, 300)).say(body.slice(300, 800)).say(body.slice(800, 850));
    bench.fetched.length = 0;
    for (let at = 850; at < body.length; at += 100)
      visitor.say(body.slice(at, at + 100)).until(bench.now + 50);
    expect(visitor.until(bench.now + 50).answer.status).toBe(200);
    expect(bench.fetched).toEqual([WebStep.Upload, WebStep.Answer]);
  });

  test("too little for a step: the sender is told, and the application goes on", () => {
    const visitor = bench.visitor().say(requestHead("POST /update", [], image.length));
    visitor.say(image.slice(0, 300));
    bench.lacking = WebStep.Answer;
    bench.valve.broken = "open";
    expect(() => visitor.until(bench.now + 50)).toThrow("too little memory");
    visitor.connection.end(bench.now, true);
    expect(visitor.answer).toMatchObject({ status: 503, body: "" });
    expect([bench.run.phase, bench.valve.left, bench.errors]).toEqual([UpdatePhase.Idle, 1, ["error 17"]]);
  });

  test("too little for the answer to a committed image: the board restarts all the same", () => {
    const visitor = bench.ask("POST /update", [], image);
    bench.lacking = WebStep.Upload;
    expect(() => visitor.until(bench.now + 50)).toThrow("too little memory");
    visitor.connection.end(bench.now, true);
    expect([bench.target.calls.at(-1), bench.restarted]).toEqual(["commit", 1]);
  });
});

test("of two senders the second is told, and the first goes on", () => {
  const first = bench
    .visitor()
    .say(requestHead("POST /update", [], image.length))
    .say(image.slice(0, 300));
  expect(bench.ask("POST /update", [], image).answer).toMatchObject({
    status: 409,
    body: "ERROR[15]: Update already running\n",
  });
  expect(bench.ask("POST /update/prepare?size=1000").answer.status).toBe(409);
  expect(first.say(image.slice(300)).until(100).answer.status).toBe(200);
  expect(bench.restarted).toBe(1);
});

describe("not now", () => {
  const closed = { ...fault(FaultNumber.OutsideWindow, "opens in 20 min; Mo 10:00-12:00"), seconds: 1200 };

  test.each([
    [503, "1200", closed],
    [503, "5", fault(FaultNumber.OnTrial, "still on trial, try again in 5 s")],
    [503, "10", { ...fault(FaultNumber.ClockNotSet, "clock not set"), seconds: 10 }],
    [403, undefined, { ...fault(FaultNumber.NotArmed, "press the update button"), seconds: 10 }],
  ])("%i, Retry-After %s: whoever asks, before anything is touched", (status, after, why) => {
    bench.refuse = why;
    const asked = [
      bench.ask("POST /update", [], image),
      bench.ask("POST /update", ["Expect: 100-continue"], image),
      bench.ask("POST /update/prepare?size=1000"),
    ];
    for (const { answer, out } of asked) {
      expect(answer).toMatchObject({ status, body: `ERROR[${why.number}]: ${why.text}\n` });
      expect(answer.headers.get("retry-after")).toBe(after);
      expect(out).not.toContain("100 Continue");
    }
    const { refused, state } = JSON.parse(bench.ask("GET /update/status").answer.body);
    expect([refused, state]).toEqual([
      { code: why.code, text: why.text, seconds: Number(after ?? 10) },
      "idle",
    ]);
    untouched();
    bench.refuse = undefined;
    expect(JSON.parse(bench.ask("GET /update/status").answer.body)).toMatchObject({ refused: null });
    expect(bench.ask("POST /update", [], image).until(100).answer.status).toBe(200);
  });
});

describe("the status", () => {
  const status = () => JSON.parse(bench.ask("GET /update/status").answer.body);

  test("forgets an error when the next update begins, also of its steps", () => {
    bench.valve.broken = "stuck";
    bench.ask("POST /update", [], image).until(6000);
    expect(status()).toMatchObject({ state: "idle", error: { code: "SAFE_STATE_REFUSED" } });
    expect(status().steps).toEqual(["valve 2: stuck"]);
    bench.valve.broken = undefined;
    const visitor = bench.visitor().say(requestHead("POST /update", [], image.length));
    expect(status()).toMatchObject({ error: null, steps: ["safe"], done: 0 });
    visitor.say(image.slice(0, 300));
    expect(status()).toMatchObject({ state: "writing", done: 300, total: 1000 });
    visitor.leave();
    expect(status()).toMatchObject({ state: "idle", error: { code: "ABORTED" } });
  });

  test("keeps the last eight steps", () => {
    bench = new WebBench({ takesMs: 100_000, deadlineMs: 200_000 });
    const visitor = bench.visitor().say(requestHead("POST /update", [], image.length));
    for (let step = 1; step <= 12; step++) {
      bench.valve.broken = `turn ${step}`;
      visitor.until(bench.now + 500);
    }
    expect(status().steps).toEqual([5, 6, 7, 8, 9, 10, 11, 12].map((step) => `valve 2: turn ${step}`));
  });
});

describe("a fault as a status of HTTP", () => {
  test.each([
    [FaultNumber.AuthFailed, "401 Unauthorized"],
    [FaultNumber.TooManyAttempts, "429 Too Many Requests"],
    [FaultNumber.RunningAlready, "409 Conflict"],
    [FaultNumber.SafeState, "409 Conflict"],
    [FaultNumber.NotArmed, "403 Forbidden"],
    [FaultNumber.OnTrial, "503 Service Unavailable"],
    [FaultNumber.OutsideWindow, "503 Service Unavailable"],
    [FaultNumber.ClockNotSet, "503 Service Unavailable"],
    [FaultNumber.Space, "413 Content Too Large"],
    [FaultNumber.Silent, "408 Request Timeout"],
    [FaultNumber.Stream, "408 Request Timeout"],
    [FaultNumber.MagicByte, "415 Unsupported Media Type"],
    [FaultNumber.FlashConfig, "415 Unsupported Media Type"],
    [FaultNumber.NewFlashConfig, "415 Unsupported Media Type"],
    [FaultNumber.UnknownCommand, "415 Unsupported Media Type"],
    [FaultNumber.WrongEngine, "415 Unsupported Media Type"],
    [FaultNumber.WrongBoard, "415 Unsupported Media Type"],
    [FaultNumber.WrongKind, "415 Unsupported Media Type"],
    [FaultNumber.WrongRevision, "415 Unsupported Media Type"],
    [FaultNumber.AgentTooOld, "415 Unsupported Media Type"],
    [FaultNumber.Write, "500 Internal Server Error"],
    [FaultNumber.Erase, "500 Internal Server Error"],
    [FaultNumber.Read, "500 Internal Server Error"],
    [FaultNumber.Bootstrap, "500 Internal Server Error"],
    [FaultNumber.OutOfMemory, "500 Internal Server Error"],
    [FaultNumber.Verify, "500 Internal Server Error"],
    [FaultNumber.Commit, "500 Internal Server Error"],
    [FaultNumber.PartitionTable, "500 Internal Server Error"],
    [FaultNumber.Md5, "400 Bad Request"],
    [FaultNumber.CorruptBundle, "400 Bad Request"],
  ])("%i: %s", (number, line) => {
    bench.refuse = fault(number, "because");
    const visitor = bench.ask("POST /update/prepare?size=1000");
    expect(visitor.out.slice(0, visitor.out.indexOf("\r\n"))).toBe(`HTTP/1.1 ${line}`);
    const waits = line.startsWith("503") || line.startsWith("429");
    expect(visitor.answer.headers.get("retry-after")).toBe(waits ? "5" : undefined);
  });
});

test.each([
  ["200 OK", "GET /update"],
  ["204 No Content", "OPTIONS /update"],
  ["302 Found", "GET /"],
  ["404 Not Found", "GET /x"],
  ["405 Method Not Allowed", "PUT /update"],
  ["411 Length Required", "POST /update", "Content-Length:"],
  ["431 Request Header Fields Too Large", "GET /update", `X: ${"y".repeat(2100)}`],
] as const)("an answer's first line has the RFC's words: %s", (line, first, ...headers) => {
  expect(bench.ask(first, headers).out.startsWith(`HTTP/1.1 ${line}\r\n`)).toBe(true);
});

test("and those of an answer that is not the last", () => {
  bench = new WebBench({ takesMs: 3000, deadlineMs: 5000 });
  expect(bench.ask("POST /update/prepare?size=1000").out).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
  expect(bench.ask("POST /update", [], image).until(3100).out).toMatch(
    /^HTTP\/1\.1 307 Temporary Redirect\r\n/,
  );
});

test("the status is JSON whatever an error says", () => {
  bench.valve.broken = 'sensor "5"\n\\ \xe9';
  bench.ask("POST /update", [], image).until(6000);
  const { error } = JSON.parse(bench.ask("GET /update/status", [basic]).answer.body);
  expect(error).toEqual({ code: "SAFE_STATE_REFUSED", text: 'sensor "5" \\ ? took longer than 5000 ms' });
});

test("the way in is shown at /", () => {
  const { status, headers } = bench.ask("GET /").answer;
  expect([status, headers.get("location")]).toEqual([302, "/update"]);
});
