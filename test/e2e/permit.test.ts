import { expect, test } from "vitest";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { broken, bundleOf, garden1, remade, witness } from "../support/test-bundles.js";
import { withWeb } from "../support/web-board.js";

const password = "dandelion";
const [buttonPin, lightPin] = [0, 2];
const hours = (how = "sluice", version = "1.0.0") =>
  bundleOf("test/devs-fixtures/hours", `${how}.json`, version);

/** The board's clock is set, by whoever does that. */
function setClock(board: GardenBoard, utc: string): void {
  board.virtual.run(`setTime(${Date.parse(utc) / 1000})`, "test");
}

const mondayMorning = "2026-07-06T09:00:00Z";
const mondayEarly = "2026-07-06T04:40:00Z";
const sunday = "2026-07-05T09:00:00Z";

async function press(board: GardenBoard, ms: number): Promise<void> {
  board.virtual.pins.drive(buttonPin, 0);
  await board.lives(ms);
  board.virtual.pins.drive(buttonPin, 1);
}

async function withHours(use: (board: GardenBoard) => Promise<void>, how = "sluice"): Promise<void> {
  await withBoard({ app: await hours(how), password }, async (board) => {
    board.virtual.pins.drive(buttonPin, 1);
    await board.ready();
    await use(board);
  });
}

/** Nothing was begun, nothing was written, the same app runs. */
async function refusedUntouched(board: GardenBoard, code: string, text: string): Promise<void> {
  const before = [board.content("app", 0), board.content("app", 1), board.content("agent", 1)];
  const from = board.events.length;
  const why = await board.refused(await hours("sluice", "2.0.0"));
  expect(why).toMatchObject({ code, message: expect.stringContaining(text) });
  expect(board.events.slice(from).map(({ event }) => event)).toEqual([
    ...["invitation", "authenticated", "refused", "hook"],
  ]);
  expect(board.all("hook", from)).toMatchObject([{ hook: "onError", text: code }]);
  expect([board.content("app", 0), board.content("app", 1), board.content("agent", 1)]).toEqual(before);
}

test.concurrent("before its clock is set and outside its window the board refuses; inside, it updates", async () => {
  await withHours(async (board) => {
    await refusedUntouched(
      board,
      "CLOCK_NOT_SET",
      "clock not set, press the update button; updates are allowed",
    );
    setClock(board, sunday);
    await refusedUntouched(board, "OUTSIDE_WINDOW", "opens in 23 h");
    setClock(board, mondayEarly);
    await refusedUntouched(
      board,
      "OUTSIDE_WINDOW",
      "opens in 3 h 20 min; updates are allowed Mo-Fr 10:00-12:00 CEST, or after a press of the button",
    );
    setClock(board, mondayMorning);
    expect(await board.update(await hours("sluice", "2.0.0"))).toMatchObject({
      app: "hours@2.0.0",
      slot: "b",
    });
  });
});

test.concurrent("what began inside the window may end outside it, also on a second try that was asked for", async () => {
  const slow = await witness("1.0.0", "slow-safe");
  const setup = { app: slow, password, window: "Mo 10:00-12:00", timeZone: "+02:00" };
  await withBoard(setup, async (board) => {
    await board.ready();
    expect(await board.refused(await witness("2.0.0"))).toMatchObject({ code: "CLOCK_NOT_SET" });
    setClock(board, "2026-07-06T09:59:55Z");
    const from = board.events.length;
    const ends = board.upload(await witness("2.0.0"), { retries: 1 });
    // The boiler needs 20 s, and the window closes in 5.
    await ends;
    expect(board.all("authenticated", from)).toHaveLength(2);
    expect(await board.wait("confirmed")).toMatchObject({ app: "witness@2.0.0" });
    expect(await board.refused(await witness("3.0.0"))).toMatchObject({ code: "OUTSIDE_WINDOW" });
  });
});

test.concurrent("a version that fails after the window gives way to the old one all the same", async () => {
  await withBoard({ app: await garden1(), password, window: "Mo 10:00-12:00" }, async (board) => {
    await board.ready();
    setClock(board, "2026-07-06T11:59:50Z");
    await board.upload(await broken("unwell"));
    const back = await board.hurry(board.wait("rolled-back"));
    expect(await board.ready(board.after(back))).toMatchObject({ app: "garden@1.0.0", trial: false });
    expect(await board.refused(await witness())).toMatchObject({ code: "OUTSIDE_WINDOW" });
  });
});

test.concurrent("a button that is held arms the board for one update; its light says so", async () => {
  await withHours(async (board) => {
    const light: boolean[] = [];
    board.virtual.pins.listen((pin, level) => {
      if (pin === lightPin) light.push(level === 1);
    });
    await press(board, 500);
    await board.lives(1500);
    expect(board.all("armed")).toEqual([]);
    expect(await board.refused(await hours("sluice", "2.0.0"))).toMatchObject({ code: "CLOCK_NOT_SET" });
    expect(light).toEqual([]);
    expect(board.virtual.pins.level(lightPin)).toBe(0);
    await press(board, 1500);
    expect(board.all("armed")).toMatchObject([{ ms: 60_000 }]);
    await board.upload(await hours("sluice", "2.0.0"));
    expect(light).toContain(true);
    const events = board.events.map(({ event }) => event);
    expect(events.indexOf("disarmed")).toBeGreaterThan(events.indexOf("committed"));
    expect(await board.wait("confirmed")).toMatchObject({ app: "hours@2.0.0" });
    expect(await board.refused(await hours("sluice", "3.0.0"))).toMatchObject({ code: "CLOCK_NOT_SET" });
  });
});

test.concurrent("armed and forgotten, it disarms, however the clock is set meanwhile; a failure leaves it armed", async () => {
  await withHours(async (board) => {
    await press(board, 1500);
    const image = await hours("sluice", "2.0.0");
    expect(await board.refused(remade(image, { family: 1 }))).toMatchObject({ code: "WRONG_BOARD" });
    setClock(board, sunday);
    setClock(board, mondayEarly);
    expect(board.all("disarmed")).toEqual([]);
    await board.lives(20_000);
    expect(board.all("disarmed")).toEqual([]);
    expect(await board.wait("disarmed")).toMatchObject({ why: "time" });
    expect(board.virtual.pins.level(lightPin)).toBe(0);
    await refusedUntouched(board, "OUTSIDE_WINDOW", "opens in 3 h");
  });
});

test.concurrent("an uploader that has patience gets through when the button is pressed, and when the window opens", async () => {
  await withHours(async (board) => {
    const told: string[] = [];
    const onEvent = ({ event }: { event: string }) => void told.push(event);
    const sent = board.upload(await hours("sluice", "2.0.0"), { patience: 600_000, onEvent });
    await board.wait("refused", { code: "CLOCK_NOT_SET" });
    await press(board, 1500);
    await sent;
    expect(told.slice(0, 5)).toEqual(["invited", "auth-asked", "not-now", "authenticated", "waiting"]);
    await board.wait("confirmed");
  });
  await withBoard({ app: await witness(), password, window: "Mo 10:00-12:00" }, async (board) => {
    await board.ready();
    setClock(board, "2026-07-06T09:55:00Z");
    await board.upload(await witness("2.0.0"), { patience: 600_000 });
    expect(board.all("refused").map(({ code }) => code)).toEqual(["OUTSIDE_WINDOW", "OUTSIDE_WINDOW"]);
    expect(board.all("safe")).toHaveLength(1);
  });
});

test.concurrent("an application arms and disarms its board itself", async () => {
  await withHours(async (board) => {
    const arm = (ms: string) => board.virtual.run(`E.emit("test-arm", ${ms})`, "test");
    const image = await hours("never", "2.0.0");
    expect(await board.refused(image)).toMatchObject({ code: "NOT_ARMED" });
    arm("60000");
    arm("0");
    expect(await board.refused(image)).toMatchObject({ code: "NOT_ARMED" });
    arm("60000");
    expect(await board.update(image)).toMatchObject({ app: "hours@2.0.0" });
  }, "never");
});

test.concurrent("an application whose window nobody can read does not stay", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    await board.upload(await hours("wrong", "9.0.0"));
    expect(await board.hurry(board.wait("rolled-back"))).toMatchObject({
      text: 'window "office hours": wanted is Mo-Fr 10:00-12:00, or never',
    });
  });
});

test.concurrent("a board that has lost its application waits for no window", async () => {
  await withBoard({ password, window: "never" }, async (board) => {
    await board.ready();
    expect(await board.update(await witness("2.0.0"))).toMatchObject({ app: "witness@2.0.0" });
    expect(await board.refused(await witness("3.0.0"))).toMatchObject({ code: "NOT_ARMED" });
  });
});

test.concurrent("the update page says when it opens, and takes nothing before", async () => {
  await withWeb(
    async (web) => {
      const { garden } = web;
      garden.virtual.pins.drive(buttonPin, 1);
      await garden.ready();
      const image = await hours("sluice", "2.0.0");
      const before = garden.content("app", 1);
      const unset = await web.post(image);
      expect([unset.status, unset.headers["retry-after"]]).toEqual([503, "10"]);
      setClock(garden, "2026-07-06T07:58:00Z");
      const text = /^opens in (2 min|\d+ s); updates are allowed Mo-Fr 10:00-12:00 CEST, or after a press/;
      expect(await web.status()).toMatchObject({
        state: "idle",
        refused: { code: "OUTSIDE_WINDOW", text: expect.stringMatching(text) },
      });
      const closed = await web.post(image);
      expect(closed.status).toBe(503);
      expect(closed.body).toMatch(/^ERROR\[36\]: opens in /);
      expect(Number(closed.headers["retry-after"])).toBeGreaterThan(0);
      expect(Number(closed.headers["retry-after"])).toBeLessThanOrEqual(120);
      const prepare = await web.ask({ method: "POST", path: `/update/prepare?size=${image.length}` });
      expect(prepare.status).toBe(503);
      expect(garden.all("safe")).toEqual([]);
      expect(garden.content("app", 1).equals(before)).toBe(true);
      await press(garden, 1500);
      expect(await web.status()).toMatchObject({ refused: null });
      expect((await web.post(image)).body).toContain("Update Success!");
      expect(await garden.wait("confirmed")).toMatchObject({ app: "hours@2.0.0" });
      expect(await web.status()).toMatchObject({ app: "hours@2.0.0", refused: { code: expect.any(String) } });
    },
    await hours(),
  );
});
