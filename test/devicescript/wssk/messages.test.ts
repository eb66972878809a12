import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crashOf, exceptionText } from "../../../src/devicescript/gateway/wssk/exception-report.js";
import {
  deployStart,
  deployWrite,
  jacdacFrame,
  readBoardMessage,
  setStreaming,
  toProgram,
} from "../../../src/devicescript/gateway/wssk/messages.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("WSSK messages", () => {
  test("to the board", () => {
    expect(hex(deployStart(0x1220))).toBe("9420120000");
    expect(hex(deployWrite(Uint8Array.of(1, 2)))).toBe("950102");
    expect(hex(setStreaming(0x0103))).toBe("900301");
    expect(hex(jacdacFrame(Uint8Array.of(7)))).toBe("9907");
    expect(Buffer.from(toProgram({ do: "report" })).toString("latin1")).toBe(
      '\x97\x02sluice\0{"do":"report"}',
    );
  });

  test("from the board", () => {
    const read = (text: string): unknown => readBoardMessage(Buffer.from(text, "hex"));
    expect(read("95")).toEqual({ kind: "ack", command: 0x95 });
    expect(read("ff")).toEqual({ kind: "error" });
    expect(read("92")).toEqual({ kind: "ping" });
    expect(read(`93${"ab".repeat(32)}`)).toEqual({ kind: "hash", sha256: "ab".repeat(32) });
    expect(read("93ab")).toEqual({ kind: "unknown", command: 0x93 });
    const program = (text: string): unknown => read(`98${hex(Buffer.from(text, "latin1"))}`);
    const ready = '{"say":"ready","id":"a"}';
    expect(program(`\x02sluice\0${ready}`)).toEqual({
      kind: "program",
      message: { say: "ready", id: "a" },
    });
    for (const none of [`\x02a\0${ready}`, `\x01sluice\0${ready}`, '\x02sluice\0"', "\x02sluice"])
      expect(program(none)).toEqual({ kind: "unknown", command: 0x98 });
    expect(read("9a6869")).toEqual({ kind: "log", text: "hi" });
    expect(read("9b21")).toEqual({ kind: "exception", text: "!" });
    expect(read("")).toEqual({ kind: "unknown", command: 0 });
  });

  test("every sequence of bytes reads as something", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readBoardMessage(bytes).kind).toMatch(/^[a-z]+$/);
      }),
    );
  });
});

describe("a report of an exception", () => {
  const stack = "! Exception: Error\n!  message: on purpose\n!  at main_F0 (pc:12)\n";

  test("an exception that nobody caught is a crash", () => {
    const log = `WSSK: x\n* start: test\n${stack}! Unhandled exception\n* stop program\n`;
    expect(crashOf(log)).toBe("an exception that nobody caught");
    expect(exceptionText(log)).toBe(
      "Exception: Error\n message: on purpose\n at main_F0 (pc:12)\nUnhandled exception\nstop program",
    );
  });

  test("one that was caught and printed is none, also after a crash", () => {
    expect(crashOf(stack)).toBeUndefined();
    expect(crashOf(`${stack}! Unhandled exception\n* start: test\n${stack}`)).toBeUndefined();
  });

  test("what the runtime ends is a crash", () => {
    expect(crashOf("! Exception: InfiniteLoop\n!  at f_F1 (pc:3)\n")).toBe("InfiniteLoop");
    expect(crashOf("! Exception: Panic_60106 at (gpc:9)\n")).toBe("Panic_60106");
    expect(crashOf("nothing")).toBeUndefined();
    expect(exceptionText("")).toBe("");
  });
});
