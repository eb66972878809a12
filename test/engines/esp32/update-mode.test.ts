import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { uploadImage } from "../../../src/host/index.js";
import { greedy, plain } from "./apps.js";
import { Esp32Board, isSet } from "./esp32-board.js";
import { password } from "./flash-file.js";

const clients = {
  ESPOTA: process.env["ESPOTA"] ?? "",
  ESPOTA_ESP32: process.env["ESPOTA_ESP32"] ?? "",
  ESPOTA_ESP32_2X: process.env["ESPOTA_ESP32_2X"] ?? "",
};

describe.skipIf(!isSet)("an image that does not fit beside the application of the emulated ESP32", () => {
  let it: Esp32Board | undefined;
  beforeEach(({ onTestFailed, onTestFinished }) => {
    onTestFailed(() => console.log(it?.console.slice(-60).join("\n")));
    onTestFinished(() => it?.stop());
  });

  /** Sends version 2 to a board that has just started. */
  async function updated(send: (board: Esp32Board, image: Uint8Array) => Promise<unknown>): Promise<void> {
    const board = await Esp32Board.start(await greedy());
    it = board;
    await board.wait("eaten", {}, 0);
    const from = board.events.length;
    await send(board, await plain("2.0.0", 16_000));
    await board.wait("confirmed", { app: "plain@2.0.0" }, from);
    const whys = board.events.slice(from).filter(({ event }) => event === "restart");
    expect(whys.map(({ why }) => why)).toEqual(["update-mode", "update"]);
    expect(board.panics).toBe(0);
  }

  test("uploadImage waits for the restart", async () => {
    await updated((board, image) => uploadImage({ image, to: board.target, password, retries: 0 }));
  });

  for (const [name, script] of Object.entries(clients))
    test.skipIf(script === "")(`${name} waits for the restart`, async () => {
      await updated((board, image) => {
        const file = join(board.folder, "stock.app");
        writeFileSync(file, image);
        const args = [script, "-i", "127.0.0.1", "-p", String(board.port), "-f", file, "-a", password];
        return promisify(execFile)("python3", args, { timeout: 120_000 });
      });
    });
});
