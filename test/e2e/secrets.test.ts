import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Board } from "../../boards/index.js";
import { withBoard } from "../support/garden-board.js";
import { bundleOf, esp32, provisionedChip, storageOf, witness } from "../support/test-bundles.js";
import { basic, password, WebBoard } from "../support/web-board.js";

test.concurrent("where only our uploader is let in, flash holds no MD5 of the password, and uploader and page know it all the same", async () => {
  const setup = { app: await witness(), password, web: true, strictAuth: true };
  const md5 = createHash("md5").update(password).digest("hex");
  expect(Buffer.from(await storageOf(setup)).includes(md5)).toBe(false);
  expect(Buffer.from(await storageOf({ ...setup, strictAuth: false })).includes(md5)).toBe(true);
  await withBoard({ ...setup, speed: 10 }, async (board) => {
    const { hostPort } = await board.wait("listening", { protocol: "tcp", port: 80 });
    const web = new WebBoard(board, Number(hostPort));
    expect((await web.ask({ headers: { authorization: basic } })).status).toBe(200);
    const wrong = `Basic ${Buffer.from("admin:daisy").toString("base64")}`;
    expect((await web.ask({ headers: { authorization: wrong } })).status).toBe(401);
    expect(await board.refused(await witness("2.0.0"), { password: "daisy" })).toMatchObject({
      code: "AUTH_FAILED",
    });
    expect(await board.update(await witness("2.0.0"))).toMatchObject({ app: "witness@2.0.0" });
  });
});

test.concurrent("random numbers that stand still make no challenge, and the board reports why", async () => {
  // The agent reads a register that this chip does not have: it is always 0.
  const { espruino } = esp32;
  if (espruino === undefined) throw new Error("no Espruino");
  const dead: Board = { ...esp32, espruino: { ...espruino, randomRegister: 4 } };
  const flash = await provisionedChip({ app: await witness(), password });
  await withBoard({ board: dead, flash, password }, async (board) => {
    await board.ready();
    const refused = await board.refused(await witness("2.0.0"));
    expect(refused).toMatchObject({ code: "BOARD_REFUSED", stage: "invitation" });
    expect(refused.message).toContain("NO_RANDOM: the chip's random numbers do not change");
    expect(await board.wait("refused")).toMatchObject({ code: "NO_RANDOM" });
    expect(board.all("authenticated")).toEqual([]);
  });
});

test.concurrent("a passwordHash that no password matches is refused when it is set: the version before returns", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    await board.upload(await bundleOf("test/devs-fixtures/plain", "hash.json"));
    const back = await board.wait("boot", { why: "rollback" });
    expect(back).toMatchObject({ app: "witness@1.0.0" });
    const seen = board.events.slice(0, board.events.indexOf(back)).map((event) => JSON.stringify(event));
    expect(seen.join("\n")).toContain("passwordHash: the password's MD5, 32 lower-case hex digits");
  });
});
