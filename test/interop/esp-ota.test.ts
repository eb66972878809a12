import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { garden1, garden2 } from "../support/test-bundles.js";

/** What esp-ota (Bitfocus, on npm) offers; it brings no types. */
interface EspOta {
  setPassword(password: string): void;
  on(event: "state", listener: (state: string) => void): void;
  uploadBuffer(image: Uint8Array, address: string, port: number, target: number): Promise<void>;
}
const EspOtaClient = createRequire(import.meta.url)("esp-ota") as {
  new (bindAddress?: string, bindPort?: number, chunkSize?: number, secondsTimeout?: number): EspOta;
  readonly FLASH: number;
};
const password = "dandelion";

/** Sends garden 2 as esp-ota does. @returns the states that it went through */
async function send(board: GardenBoard, word?: string): Promise<string[]> {
  const client = new EspOtaClient();
  const states: string[] = [];
  client.on("state", (state) => states.push(state));
  if (word !== undefined) client.setPassword(word);
  const { host, port } = board.target;
  await client.uploadBuffer(await garden2(), host, port, EspOtaClient.FLASH);
  return states;
}

test.concurrent("esp-ota updates an open board", async () => {
  await withBoard({ app: await garden1() }, async (board) => {
    await board.ready();
    expect(await send(board)).toEqual(["invite_sent", "invite_accepted", "connected", "done"]);
    expect(await board.wait("confirmed")).toMatchObject({ app: "garden@2.0.0", slot: "b" });
  });
});

test.concurrent("esp-ota updates a board with a password while valve 2 waters", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    await board.water();
    const states = await send(board, password);
    expect(states).toEqual(expect.arrayContaining(["need_auth", "auth_sent", "connected", "done"]));
    expect(board.all("safe-state")).not.toEqual([]);
    expect(await board.wait("confirmed")).toMatchObject({ app: "garden@2.0.0" });
  });
});
