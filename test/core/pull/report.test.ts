import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exchangeTimes } from "../../../src/core/pull/exchange.js";
import { type PullReport, reportBody, reportUrl } from "../../../src/core/pull/report.js";
import { ReportTask } from "../../../src/core/pull/report-task.js";
import { reportRequest } from "../../../src/core/pull/request.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { readBoardReport } from "../../../src/server/board-report.js";
import { facts, headOf, urlOf } from "../../support/pull-bench.js";

const failed: PullReport = {
  event: "failed",
  target: "app",
  version: "1.3.0",
  md5: "ab".repeat(16),
  code: "SAFE_STATE_REFUSED",
  text: "valve 2 sticks",
};

class Bench {
  said = "";
  to = "";
  open = false;
  readonly task: ReportTask;

  constructor(report = failed) {
    const link = {
      connect: (to: { host: string; port: number; path: string }) => {
        this.open = true;
        this.to = `${to.host}:${to.port}${to.path}`;
      },
      send: (text: string) => {
        this.said += text;
      },
      close: () => {
        this.open = false;
      },
    };
    const to = reportUrl(urlOf("http://garden.local:8266/update/garden?x=1"));
    const body = reportBody(facts.mac, report);
    this.task = new ReportTask(nodeBytes, link, exchangeTimes);
    this.task.start(0, to, reportRequest(to, "Sluice-http-Update/0.1.0", "Bearer abc", body));
    this.task.onConnected(0);
  }

  answer(text: string): this {
    this.task.onData(0, Buffer.from(text));
    return this;
  }
}

test("a report goes to /report of the server that was polled, under the same secret", () => {
  const bench = new Bench();
  expect(bench.to).toBe("garden.local:8266/report");
  const body = reportBody(facts.mac, failed);
  expect(bench.said).toBe(
    [
      "POST /report HTTP/1.0",
      "Host: garden.local:8266",
      "User-Agent: Sluice-http-Update/0.1.0",
      "Connection: close",
      "Authorization: Bearer abc",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n"),
  );
});

test("our server reads what the board writes, whatever stands in it", () => {
  expect(readBoardReport(Buffer.from(reportBody(facts.mac, failed)))).toEqual({ mac: facts.mac, ...failed });
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", maxLength: 300 }), (text) => {
      const body = reportBody(facts.mac, { ...failed, text, version: "" });
      expect(readBoardReport(Buffer.from(body, "latin1"))).toMatchObject({
        mac: facts.mac,
        code: failed.code,
      });
    }),
  );
});

describe("is taken, or comes again at the next poll", () => {
  test.each([
    ["204 No Content", true],
    ["404 Not Found", true],
    ["401 Unauthorized", true],
    ["405 Method Not Allowed", true],
    ["503 Service Unavailable", false],
  ])("%s", (status, taken) => {
    const { task, open } = new Bench().answer(headOf(status));
    expect([task.isOver(), task.isTaken(), open]).toEqual([true, taken, false]);
  });

  test("a server that breaks off, says nothing, or no HTTP", () => {
    const gone = new Bench().answer("HTTP/1.1 20");
    gone.task.onClosed();
    const silent = new Bench();
    silent.task.tick(9999);
    expect(silent.task.isOver()).toBe(false);
    silent.task.tick(10_000);
    const other = new Bench().answer("EHLO\n");
    for (const { task } of [gone, silent, other])
      expect([task.isOver(), task.isTaken()]).toEqual([true, false]);
  });
});
