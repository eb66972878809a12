import { dirname } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { findBoard } from "../../../boards/index.js";
import { buildProgram } from "../../../src/devicescript/build/program.js";
import { chipStartMs } from "../../../src/devicescript/device/start-reason.js";
import { GardenModules } from "../../support/devicescript/garden-modules.js";
import { GatewayBench } from "../../support/devicescript/gateway-bench.js";
import { VmBoard } from "../../support/devicescript/vm-board.js";

/** devs/garden-devicescript as `sluice build` makes it, on modules, since the VM has no pins. */
async function garden(
  version: string,
  manifest = "devs/garden-devicescript/modules.json",
): Promise<Uint8Array> {
  const board = findBoard("esp32-devicescript");
  if (board === undefined) throw new Error("no board");
  return (await buildProgram({ dev: dirname(manifest), manifest, board, version })).bytes;
}

describe("the garden on a DeviceScript board", () => {
  let first: Uint8Array;
  let second: Uint8Array;
  beforeAll(async () => {
    first = await garden("1.0.0");
    second = await garden("2.0.0");
  });
  const cleanUp: (() => void | Promise<void>)[] = [];
  let log: readonly string[] = [];
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") console.error(log.slice(-60).join("\n"));
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  /** A board that runs the first version, its valves closed. */
  async function planted(): Promise<{ gateway: GatewayBench; board: VmBoard; modules: GardenModules }> {
    const gateway = new GatewayBench({ logs: true, limits: { busMs: 200, trialMs: 12_000 } });
    cleanUp.push(() => gateway.remove());
    await gateway.start();
    const board = new VmBoard("aabbccddeeff0022");
    cleanUp.push(() => board.remove());
    log = board.log;
    await board.powerOn();
    const modules = new GardenModules();
    cleanUp.push(() => modules.close());
    modules.plugInto(board.bus);
    await board.setConnection(gateway.provision(board.deviceId, "garden"));
    await gateway.connected("garden");
    const { failed } = await gateway.update("garden", first);
    expect(failed).toBeUndefined();
    return { gateway, board, modules };
  }

  async function water(modules: GardenModules): Promise<void> {
    await modules.press();
    await modules.until("water through zone 2", () => modules.bench.pumpRuns);
    expectOpen(modules);
  }

  /** Valve 2 alone; "open" is reported a little before it is all the way, since a module gets its command later. */
  function expectOpen({ positions }: GardenModules): void {
    expect(positions.map((position) => position > 0.7)).toEqual([false, true, false]);
    expect(positions.filter((position) => position > 0)).toHaveLength(1);
  }

  it("is updated in the middle of watering: closed first, and watering goes on after", async () => {
    const { gateway, board, modules } = await planted();
    await water(modules);
    await board.hasRun(chipStartMs + 2000);
    const atWriting: unknown[] = [];
    const { failed, steps } = await gateway.update("garden", second, {
      onStep: ({ event }) => {
        if (event === "writing") atWriting.push(modules.bench.pumpRuns, modules.positions);
      },
    });
    expect(failed).toBeUndefined();
    expect(atWriting).toEqual([false, [0, 0, 0]]);
    expect(steps).toContainEqual({ event: "hello", app: "garden-modules", version: "2.0.0", healthy: true });
    await modules.until("watering to go on", () => modules.bench.pumpRuns);
    expectOpen(modules);
    await board.logged("resumed: after update");
  });

  it("refuses by name while a valve sticks, and goes on when it is free", async () => {
    const { gateway, modules } = await planted();
    await water(modules);
    modules.bench.stick(1, 0.5);
    const { failed, steps } = await gateway.update("garden", second);
    expect(failed).toMatchObject({
      code: "SAFE_STATE_REFUSED",
      text: expect.stringContaining("valve 2 does not close"),
    });
    expect(steps.map(({ event }) => event)).not.toContain("writing");
    expect(modules.bench.pumpRuns).toBe(false);
    modules.bench.free(1);
    await modules.until("watering to go on", () => modules.bench.pumpRuns);
  });

  it("goes on watering after a version that was not well and had to go", async () => {
    const unwell = await garden("3.0.0", "test/engines/devicescript/programs/garden-unwell.json");
    const { gateway, board, modules } = await planted();
    await water(modules);
    const { failed } = await gateway.update("garden", unwell);
    expect(failed).toMatchObject({ text: expect.stringContaining("no water in the tank") });
    await board.logged("resumed: after rollback");
    await modules.until("watering to go on", () => modules.bench.pumpRuns);
    expectOpen(modules);
  });

  it("after a power cut closes what it finds open, and counts the start", async () => {
    const { gateway, board, modules } = await planted();
    await water(modules);
    await board.powerOff();
    const from = gateway.events.length;
    const before = board.log.length;
    await board.powerOn();
    modules.plugInto(board.bus);
    await gateway.connected("garden", from);
    await modules.until("all valves closed", () => modules.positions.every((position) => position === 0));
    await board.logged("abandoned: how long ago is not known", before);
    expect(modules.bench.pumpRuns).toBe(false);
    expect(gateway.gateway.board("garden").hello?.boots).toBe(2);
  });
});
