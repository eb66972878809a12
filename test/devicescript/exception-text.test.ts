import { expect, test } from "vitest";
import { crashOf, exceptionText } from "../../src/devicescript/gateway/exception-text.js";

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
