import { expect, test } from "vitest";
import { COMMAND_FLASH } from "../../src/host/espota/wire.js";
import { uploadImage } from "../../src/host/upload.js";
import {
  esp8266,
  firmware,
  garden8266,
  password,
  refusal,
  storage2At,
  user1At,
  user2At,
  withNativeBoard,
} from "../support/native-board.js";
import { bundleOf } from "../support/test-bundles.js";

/** Visitors of port 88 so far. */
const visits = (board: { all(event: string): unknown[] }) => board.all("port88").length;

for (const paramStyle of ["other-copy", "in-place"] as const)
  test.concurrent(`firmware goes to user2 and back to user1, the app that came between comes along (parameters ${paramStyle})`, () =>
    withNativeBoard({ paramStyle }, async (board) => {
      await board.settled();
      let from = board.events.length;
      expect((await board.upload(firmware(2))).slot).toBe(2);
      expect(board.holds(2, firmware(2).user2)).toBe(true);
      expect(board.all("firmware", from)[0]).toMatchObject({ slot: "user2" });
      expect(await board.wait("confirmed", {}, from)).toMatchObject({ app: "garden@1.0.0" });
      // The equipment was safe before the first byte, and until the restart.
      const order = board.events.slice(from).map(({ event }) => event);
      expect(order.indexOf("safe")).toBeLessThan(order.indexOf("port88"));

      await board.updateApp(await garden8266("2.0.0"));
      from = board.events.length;
      // Pump and valves, while no application runs and the agent looks what came of the firmware.
      const levels: unknown[] = [];
      board.virtual.listen(({ event }) => {
        if (event === "homecoming") levels.push(...[14, 5, 4].map((pin) => board.virtual.pins.driven(pin)));
      });
      const result = await board.upload(firmware(3));
      expect(result.slot).toBe(1);
      expect(board.told.map(({ event }) => event)).toContain("other-slot");
      expect(board.holds(1, firmware(3).user1)).toBe(true);
      expect(await board.wait("homecoming", {}, from)).toMatchObject({
        away: true,
        carried: "garden@2.0.0",
      });
      expect(levels).toEqual([0, 0, 0]);
      expect(await board.wait("confirmed", {}, from)).toMatchObject({ app: "garden@2.0.0" });
      expect(board.all("firmware", from).every(({ slot }) => slot === "user1")).toBe(true);

      await board.updateApp(await garden8266("3.0.0"));
      from = board.events.length;
      expect((await board.upload(firmware(4))).slot).toBe(2);
      expect(await board.wait("confirmed", {}, from)).toMatchObject({ app: "garden@3.0.0" });
    }));

test.concurrent("a wrong password, an image for the slot that runs, one for nothing: port 88 hears nothing of it", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    const operations = board.flash.operations;
    expect((await refusal(board.upload(firmware(2), { password: "roses" }))).code).toBe("AUTH_FAILED");
    expect((await refusal(board.upload({ user1: firmware(2).user1 }))).code).toBe("NEEDS_BOTH_SLOTS");
    const disguised = Buffer.from(firmware(2).user1);
    expect((await refusal(board.upload({ user2: disguised }))).code).toBe("WRONG_BOARD");
    expect((await refusal(board.upload({ user2: Buffer.alloc(9000, 0xe9) }))).code).toBe("WRONG_KIND");
    expect((await refusal(board.upload({ user2: Buffer.alloc(900_000, 0xea) }))).code).toBe(
      "NOT_ENOUGH_SPACE",
    );
    expect(visits(board)).toBe(0);
    expect(board.flash.operations).toBe(operations);
  }));

test.concurrent("stock clients are told the way, before anything is made safe", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    const to = { host: "127.0.0.1", port: board.virtual.udpPort ?? 0 };
    const { clock } = board;
    const image = Buffer.concat([firmware(2).user2, Buffer.alloc(80_000, 7)]);
    const refused = await refusal(uploadImage({ image, to, password, clock, command: COMMAND_FLASH }));
    expect(refused.code).toBe("USE_SLUICE_UPLOAD");
    // What espota.py shows of it: it reads 37 bytes.
    expect(refused.answer.slice(0, 37)).toContain("use sluice upload");
    expect(board.all("safe")).toEqual([]);
    // Small enough for a bundle: told when the first bytes have come.
    expect((await refusal(uploadImage({ image: firmware(2).user2, to, password, clock }))).code).toBe(
      "USE_SLUICE_UPLOAD",
    );
    expect(visits(board)).toBe(0);
  }));

test.concurrent("equipment that does not become safe: port 88 hears nothing of it", async () => {
  const app = await bundleOf("test/devs-fixtures/witness", "never-safe.json", "1.0.0", esp8266);
  await withNativeBoard({ app }, async (board) => {
    await board.settled();
    expect((await refusal(board.upload(firmware(2)))).message).toMatch(
      /closing valve 2 took longer than 3000 ms/,
    );
    expect(visits(board)).toBe(0);
  });
});

test.concurrent("a byte that flash does not hold is found: never restarted into, and the next try goes well", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    const unlisten = board.virtual.listen(({ event, text }) => {
      if (event === "port88" && text === "POST /flash/upload: 200 OK")
        board.flash.program(user2At + 5000, new Uint8Array([0]));
    });
    const from = board.events.length;
    const refused = await refusal(board.upload(firmware(2)));
    expect(refused.code).toBe("READ_BACK_MISMATCH");
    unlisten();
    expect(board.all("reset", from)).toEqual([]);
    expect(board.all("port88", from).some(({ text }) => String(text).includes("reboot"))).toBe(false);
    expect((await board.upload(firmware(2))).slot).toBe(2);
  }));

test.concurrent("a chip that does not show user1 to user2 takes no firmware there, and says so before port 88", () =>
  withNativeBoard({ flashWraps: false }, async (board) => {
    await board.settled();
    let from = board.events.length;
    await board.upload(firmware(2));
    await board.wait("confirmed", {}, from);
    from = board.events.length;
    const refused = await refusal(board.upload(firmware(3)));
    expect(refused.code).toBe("READ_BACK_MISMATCH");
    expect(refused.message).toMatch(/does not show user1 to user2: firmware by cable/);
    expect(board.all("port88", from)).toEqual([]);
  }));

test.concurrent("a stranger's restart into a user2 that Sluice never prepared: Espruino runs there with nothing of ours", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    board.flash.program(user2At, firmware(2).user2);
    const from = board.events.length;
    const answer = await fetch(`http://127.0.0.1:${board.virtual.nativePort}/flash/reboot`, {
      method: "POST",
    });
    expect(answer.status).toBe(200);
    expect(await board.wait("firmware", {}, from)).toMatchObject({ slot: "user2" });
    await board.wait("listening", { protocol: "tcp", port: 88 }, from);
    expect(board.all("boot", from)).toEqual([]);
    expect(board.flash.isBlank(storage2At, 4096)).toBe(true);
    expect(board.holds(1, firmware(1).user1)).toBe(true);
    expect(user1At).toBe(0x1000);
  }));
