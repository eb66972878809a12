import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PullOutcome } from "../../../src/core/pull/job.js";
import { type PullReport, reportBody, reportLines, reportUrl } from "../../../src/core/pull/request.js";
import { readBoardReport } from "../../../src/server/report-endpoint.js";
import { facts, headOf, PullBench, urlOf } from "../../support/pull-bench.js";

const failed: PullReport = {
  event: "failed",
  target: "app",
  version: "1.3.0",
  md5: "ab".repeat(16),
  code: "SAFE_STATE_REFUSED",
  text: "valve 2 sticks",
};

function reporting(report = failed): PullBench {
  const body = reportBody(facts.mac, report);
  const url = reportUrl(urlOf("http://garden.local:8266/update?x=1/2"));
  return new PullBench({ url, authorization: "Bearer abc", lines: reportLines(body), body }).start();
}

test.each([
  ["/update", "/report"],
  ["/", "/report"],
  ["/ota/update", "/ota/report"],
  ["/ota/update/garden?x=/1", "/ota/update/report"],
])("who polls %s reports to %s: beside it, where a proxy finds the server", (path, there) => {
  expect(reportUrl(urlOf(`http://garden.local:8266${path}`)).path).toBe(there);
});

test("a report goes beside the address that was polled, under the same secret", () => {
  const { call } = reporting();
  expect(call.to).toBe("http://garden.local:8266/report");
  const body = reportBody(facts.mac, failed);
  expect(call.said).toBe(
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
    ["499 Client Closed Request", true],
    ["500 Internal Server Error", false],
    ["503 Service Unavailable", false],
  ])("%s", (status, taken) => {
    const bench = reporting().answer(headOf(status));
    expect([bench.isOver, bench.call.closed]).toEqual([true, true]);
    expect(bench.result.outcome).toBe(taken ? PullOutcome.Ok : PullOutcome.Failed);
  });

  test("a server that breaks off, says nothing, or no HTTP", () => {
    const gone = reporting().answer("HTTP/1.1 20").hangUp();
    const silent = reporting().until(9950);
    expect(silent.isOver).toBe(false);
    silent.until(10_000);
    const other = reporting().answer("EHLO\n");
    for (const bench of [gone, silent, other]) expect(bench.result.outcome).toBe(PullOutcome.Failed);
  });
});
