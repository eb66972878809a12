import { describe, expect, test } from "vitest";
import { progressText } from "../../src/cli/terminal.js";
import { uploadView } from "../../src/cli/upload.js";
import type { TimedUploadEvent, UploadEvent } from "../../src/host/index.js";

const story: readonly UploadEvent[] = [
  { event: "waiting" },
  { event: "connected", address: "10.0.0.7" },
  ...[0, 400, 500, 1000].map(
    (acknowledged) => ({ event: "progress", sent: 1000, acknowledged, total: 1000 }) as const,
  ),
  { event: "result", milliseconds: 2000, bytesPerSecond: 512 },
];

function shown(
  options: { json?: boolean; quiet?: boolean; terminal?: boolean },
  events: readonly UploadEvent[] = story,
): { out: string; err: string } {
  const seen = { out: "", err: "" };
  const output = {
    ...{ json: false, terminal: false, ...options },
    out: (text: string) => {
      seen.out += text;
    },
    err: (text: string) => {
      seen.err += text;
    },
  };
  const view = uploadView(output, options.quiet ?? false);
  for (const [i, event] of events.entries()) view({ at: i * 100, ...event } as TimedUploadEvent);
  return seen;
}

describe("an upload is shown", () => {
  test("in plain lines, progress by the quarter", () => {
    expect(shown({})).toEqual({
      out: "",
      err: [
        "Accepted, waiting for the board to connect",
        "Connected from 10.0.0.7",
        "25 % (400 B of 1000 B)",
        "50 % (500 B of 1000 B)",
        "100 % (1000 B of 1000 B)",
        "Done in 2.0 s (512 B/s)\n",
      ].join("\n"),
    });
  });

  test("on a terminal, with a bar that is gone when the next line comes", () => {
    const { err } = shown({ terminal: true });
    expect(err).toContain("\r\x1b[K[===============               ]  50 %");
    expect(err).toContain("\r\x1b[KDone in");
  });

  test("as JSON, one event a line", () => {
    const { out, err } = shown({ json: true });
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(story.length);
    expect(events[1]).toEqual({ at: 100, event: "connected", address: "10.0.0.7" });
    expect(err).toBe("");
  });

  test("not at all, in either form", () => {
    expect(shown({ quiet: true })).toEqual({ out: "", err: "" });
    expect(shown({ quiet: true, json: true })).toEqual({ out: "", err: "" });
  });

  test("quietly as JSON: only that it failed", () => {
    const failed = { event: "failed", code: "NO_ANSWER", text: "No answer.", remedy: "Look." } as const;
    expect(shown({ quiet: true, json: true }, [...story, failed]).out).toBe(
      `${JSON.stringify({ at: 700, ...failed })}\n`,
    );
  });
});

test("rate and time left", () => {
  expect(progressText(0, 4096, 0)).toBe(`[${" ".repeat(30)}]   0 %`);
  expect(progressText(2048, 4096, 1000)).toContain("50 %  2.0 KiB/s  0:01 left");
  expect(progressText(1024, 1024 * 1024, 1000)).toContain("17:03 left");
});
