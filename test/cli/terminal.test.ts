import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boardView } from "../../src/cli/board.js";
import { boardTable, discoverView } from "../../src/cli/discover.js";
import { EspotaLog } from "../../src/cli/espota-log.js";
import { flashView } from "../../src/cli/flash-view.js";
import { boardsTable, gatewayWords } from "../../src/cli/gateway.js";
import { columns, eventPrinter, jsonLine, plain } from "../../src/cli/terminal.js";
import { uploadView } from "../../src/cli/upload.js";
import { UploadError } from "../../src/host/espota/upload-error.js";
import type { TimedUploadEvent } from "../../src/host/index.js";
import { FakeDevice } from "../support/fake-device.js";
import { buildBundle } from "../support/images.js";
import { sluice } from "../support/run-verb.js";

/** What a terminal obeys: C0 but for the line end, DEL, C1, and changes of the writing direction. */
function obeyed(text: string): string[] {
  return [...text].filter((char) => {
    const code = char.codePointAt(0) ?? 0;
    const isControl = (code < 32 && char !== "\n") || (code >= 127 && code < 160);
    return isControl || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  });
}

const hostile = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\x7f", "\r", "\u202e", "\x1bP", "garden"),
    ),
  )
  .map((pieces) => pieces.join(""));

/** All that is printed when `text` stands wherever others write it. */
function printed(text: string, json: boolean): string {
  let all = "";
  const print = (more: string): void => {
    all += more;
  };
  const output = { json, terminal: false, out: print, err: print };
  const gateway = eventPrinter({ json, out: print }, gatewayWords);
  gateway({ event: "connected", board: text, id: text, address: text });
  gateway({ event: "refused", id: text, address: text, code: "BAD_HANDSHAKE", text });
  gateway({ event: "log", board: text, text });
  gateway({ event: "exception", board: text, text });
  const upload = uploadView(output, false);
  const steps = [
    { event: "retry", reason: text, after: 1, attempt: 1 },
    { event: "not-now", reason: text, left: 1 },
    { event: "crashed", text, count: 1 },
    { event: "hello", app: text, version: text, healthy: true },
    { event: "failed", code: "BOARD_ERROR", text, remedy: "" },
  ];
  for (const step of steps) upload({ at: 0, ...step } as TimedUploadEvent);
  flashView(output)({ event: "note", text });
  const found = { name: text, host: text, address: "10.0.0.7", port: 3232, board: text, app: text };
  const shown = { ...found, auth: true, page: text } as Parameters<typeof boardTable>[0][number];
  const view = discoverView(output);
  view.show({ event: "found", board: shown });
  view.end([shown]);
  boardView({ udpPort: 1, httpPort: 1 }, output, true)({ event: "error", t: 0, code: text, text });
  boardView(
    { udpPort: 1, httpPort: 1 },
    output,
    true,
  )({ event: "ready", t: 0, udp: 1, app: text, slot: "a" });
  if (json) return all;
  print(boardTable([shown]));
  const row = {
    name: text,
    id: text,
    connected: true,
    address: text,
    sha256: text,
    app: text,
    version: text,
  };
  print(boardsTable([{ ...row, healthy: false, why: text, updating: false }]));
  const options = { debug: true, progress: false, espIp: "", auth: "" } as ConstructorParameters<
    typeof EspotaLog
  >[0];
  new EspotaLog(options, print).failure(new UploadError("invitation", "BOARD_REFUSED", text, text));
  new EspotaLog(options, print).failure(new UploadError("result", "BOARD_ERROR", text, text));
  return all;
}

describe("what others write reaches no terminal as a command", () => {
  test.each([false, true])("in lines, tables and JSON: %s", (json) => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(obeyed(printed(text, json))).toEqual([]);
      }),
    );
  });

  test("what is readable stays, also in JSON, which is read back as it was", () => {
    expect(plain("Grün ✓ 水 🌱\n\tein\r\nEnde")).toBe("Grün ✓ 水 🌱\n ein\nEnde");
    expect(plain("a\x1b[31mb\x9bc\x7f\u202e")).toBe("a?[31mb?c??");
    fc.assert(
      fc.property(hostile, (text) => {
        expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
      }),
    );
  });

  test("a cell is one line", () => {
    expect(columns([["a\nroses  up", "b"]])).toBe("a?roses  up  b\n");
  });
});

describe("a board that refuses with an escape sequence", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-terminal-"));
    writeFileSync(join(folder, "garden.app"), buildBundle());
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["upload", "espota"])("sluice %s", async (verb) => {
    const refusal = "ERR: \x1b]0;owned\x07\x1b[2J\x9b31m not today";
    const device = await FakeDevice.start({ invitation: () => [refusal] });
    try {
      const file = join(folder, "garden.app");
      const args =
        verb === "upload"
          ? [file, "--to", `127.0.0.1:${device.port}`, "--no-wait"]
          : ["-i", "127.0.0.1", "-p", String(device.port), "-f", file, "-r", "-d"];
      const { code, out, err } = await sluice(verb, ...args);
      expect(code).toBe(1);
      expect(err).toContain("not today");
      expect(obeyed(out + err)).toEqual([]);
    } finally {
      await device.stop();
    }
  });
});
