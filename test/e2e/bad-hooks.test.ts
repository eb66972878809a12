import { expect, test } from "vitest";
import { withBoard } from "../support/garden-board.js";
import { garden1, garden2, witness } from "../support/test-bundles.js";
import { twistedLink } from "../support/twisted-link.js";
import { password, unharmed } from "../support/unharmed.js";

/**
 * Variants of the witness whose equipment does not become safe, and what its uploader reads. A refusal by datagram
 * carries no number, so that its reason comes first; what fails later comes over the connection.
 */
const hooks: readonly (readonly [string, string, string, RegExp])[] = [
  ["throws when it begins", "enter-throws", "BOARD_REFUSED", /answered: heater: relay board does not answer/],
  ["never gets there", "never-safe", "BOARD_REFUSED", /boiler cooling down took longer than 2000 ms/],
  ["is well but for onStart", "start-throws", "SAFE_STATE_REFUSED", /onStart: harvest is on, not now/],
];

for (const [what, how, code, reason] of hooks)
  test.concurrent(`a safe state that ${what} refuses the update with its reason`, async () => {
    const app = await witness("1.0.0", how);
    await unharmed({ app, errors: ["SAFE_STATE_REFUSED"] }, async ({ board }) => {
      const lift = board.protect("app", 1);
      const refused = await board.refused(await witness("2.0.0"));
      expect(refused.message).toMatch(reason);
      expect(refused.code).toBe(code);
      lift();
    });
  });

test.concurrent("a safe state slower than any uploader waits: told when to come back, prepared then", async () => {
  const app = await witness("1.0.0", "slow-safe");
  await withBoard({ app, password }, async (board) => {
    await board.ready();
    const refused = await board.refused(await witness("2.0.0"));
    expect(refused.message).toMatch(/boiler cooling down, try again in \d+ s/);
    expect(board.all("refused")).toEqual([]);
    expect(await board.update(await witness("2.0.0"), { retries: 3 })).toMatchObject({ slot: "b" });
    expect(board.all("safe")).toHaveLength(1);
  });
});

test.concurrent("a prepared board whose uploader never comes back goes on by itself", async () => {
  const app = await witness("1.0.0", "slow-safe");
  await unharmed({ app, errors: [] }, async ({ board }) => {
    await board.refused(await witness("2.0.0"));
    expect(await board.hurry(board.wait("refused"))).toMatchObject({ code: "RELEASED" });
  });
});

test.concurrent("a valve that sticks refuses the update, and the garden says which", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    await board.water();
    board.protect("app", 0);
    board.protect("app", 1);
    board.bench.stick(1, 0.5);
    const refused = await board.refused(await garden2());
    expect(refused.code).toBe("BOARD_REFUSED");
    expect(refused.message).toMatch(/valve 2 does not close/);
    expect(board.bench.pumpRuns).toBe(false);
    expect(await board.wait("note", { text: "alarm: valve 2 does not close, pump stays off" })).toBeDefined();
    board.bench.free(1);
    const from = board.events.length;
    await board.wait("zone", { state: "start", zone: 2 }, from);
    expect(board.all("reset")).toEqual([]);
  });
});

test.concurrent("a valve that opens in the middle of the transfer ends it", async () => {
  await unharmed({ errors: ["SAFE_STATE_REFUSED"] }, async ({ board }) => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const refusal = board.refused(await garden2(), { openLink: twistedLink((piece) => piece, held) });
    await board.wait("connected");
    board.bench.breakSwitch(1, 0);
    await board.wait("error").finally(letGo);
    const refused = await refusal;
    expect(refused.code).toBe("SAFE_STATE_REFUSED");
    expect(refused.message).toMatch(/valve 2 no longer safe: closing valve 2/);
    board.bench.breakSwitch(1, undefined);
  });
});
