import { expect, test } from "vitest";
import { EventLog } from "../../src/board/events.js";

test("waiting takes the next event that fits, or one of the past when asked", async () => {
  const log = new EventLog(() => 7.4);
  log.add({ event: "ready", n: 1 });
  const next = log.waitFor((event) => event.event === "ready", 1000);
  log.add({ event: "note" });
  log.add({ event: "ready", n: 2 });
  expect(await next).toEqual({ t: 7, event: "ready", n: 2 });
  expect((await log.waitFor((event) => event.event === "ready", 1000, 0))["n"]).toBe(1);
});

test("waiting in vain ends, and says what happened instead", async () => {
  const log = new EventLog(() => 0);
  log.add({ event: "dark" });
  await expect(log.waitFor((event) => event.event === "ready", 5)).rejects.toThrow(/in 5 ms.*\n.*dark/);
});
