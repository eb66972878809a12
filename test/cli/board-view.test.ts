import { expect, test } from "vitest";
import { boardView } from "../../src/cli/board.js";

const ports = { udpPort: 40_001, httpPort: 40_080 };

function shown(options: { json: boolean; web: boolean }, ...events: Record<string, unknown>[]): string {
  let text = "";
  const view = boardView(ports, { json: options.json, out: (piece) => (text += piece) }, options.web);
  for (const event of events) view({ t: 1234, event: "", ...event });
  return text;
}
const ready = { event: "ready", udp: 3232, app: "garden@1.0.0", slot: "a" };

test("the ready line names our ports, once; later readiness is a line like others", () => {
  expect(shown({ json: false, web: false }, ready, { ...ready, trial: true })).toBe(
    "ready udp=40001 app=garden@1.0.0 slot=a\n" +
      "   1.2 s  agent    ready: garden@1.0.0 in slot a, listening for updates\n",
  );
  expect(shown({ json: false, web: true }, ready)).toBe(
    "ready udp=40001 app=garden@1.0.0 slot=a http=40080\n",
  );
});

test("JSON lines are the events themselves, with our ports", () => {
  const lines = shown({ json: true, web: true }, ready, { event: "note", text: "a\nb" }).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { t: 1234, ...ready, udp: 40_001, http: 40_080 },
    { t: 1234, event: "note", text: "a\nb" },
  ]);
});

test("sentences for people leave out what only scripts want", () => {
  const text = shown(
    { json: false, web: false },
    { event: "listening", port: 3232 },
    { event: "progress", done: 1, total: 9 },
    { event: "progress", done: 9, total: 9 },
    { event: "valve", name: "valve 2", state: "closing" },
    { event: "rolled-back", app: "x@2", text: "why" },
  );
  expect(text.split("\n").map((line) => line.slice(10))).toEqual([
    "flash    writing [===                     ] 1 of 9 bytes",
    "flash    writing [========================] 9 of 9 bytes",
    "valve 2  closing",
    "agent    gives up x@2: why",
    "",
  ]);
});
