import { expect, test } from "vitest";
import { manualClock } from "../../src/board/manual-clock.js";

test("time stands still until it is told to pass, and jobs run in order, at their time", () => {
  const clock = manualClock();
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
  clock.after(30, note("c"));
  clock.after(10, note("a"));
  clock.after(10, note("b"));
  const cancel = clock.after(20, note("never"));
  cancel();
  clock.after(10, () => clock.after(5, note("nested")));
  clock.advance(29);
  expect(ran).toEqual(["a@10", "b@10", "nested@15"]);
  clock.advance(1);
  expect(ran.at(-1)).toBe("c@30");
  expect(clock.now()).toBe(30);
});
