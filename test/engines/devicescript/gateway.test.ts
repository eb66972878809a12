import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../src/espruino/build/package-root.js";
import { compileDeviceScript } from "../../support/devicescript/compile.js";
import { GatewayBench } from "../../support/devicescript/gateway-bench.js";
import { type Behaviour, programText } from "../../support/devicescript/programs.js";
import { ValveTwin } from "../../support/devicescript/valve.js";
import { VmBoard, within } from "../../support/devicescript/vm-board.js";

const messages = join(packageRoot(), "src/devicescript/messages.ts");
const program = (how: Behaviour): Uint8Array =>
  compileDeviceScript(programText(how), [messages], "test", how.version);

describe("a DeviceScript board and its gateway", () => {
  let first: Uint8Array;
  let second: Uint8Array;
  beforeAll(() => {
    first = program({ version: "1.0.0" });
    second = program({ version: "2.0.0" });
  });
  let lastLog = (): readonly string[] => [];
  const cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    if (process.env["VM_LOG"]) console.error(lastLog().join("\n"));
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  async function garden(): Promise<{ bench: GatewayBench; board: VmBoard; valve: ValveTwin }> {
    const bench = new GatewayBench({ logs: true, limits: { busMs: 200 } });
    cleanUp.push(() => bench.remove());
    await bench.start();
    const board = new VmBoard("aabbccddeeff0011");
    cleanUp.push(() => board.remove());
    lastLog = () => board.log;
    await board.powerOn();
    const valve = new ValveTwin(board.bus);
    await board.setConnection(bench.provision(board.deviceId, "garden"));
    await bench.connected("garden");
    return { bench, board, valve };
  }

  it("updates: closes the valve first, verifies, starts, confirms", async () => {
    const { bench, valve } = await garden();
    const begun = await bench.update("garden", first);
    expect(begun.failed).toBeUndefined();
    expect(begun.steps.find(({ event }) => event === "safe")).toMatchObject({ by: "nothing-runs" });
    await within(10_000, "the valve to open", valve.opened());
    const openAt: (boolean | undefined)[] = [];
    const { failed, steps } = await bench.update("garden", second, {
      onStep: ({ event }) => {
        if (event === "writing") openAt.push(valve.open);
      },
    });
    expect(failed).toBeUndefined();
    expect(openAt).toEqual([false]);
    expect(steps.map(({ event }) => event).filter((event) => event !== "progress")).toEqual([
      "preparing",
      "safe",
      "writing",
      "sent",
      "verified",
      "trial",
      "hello",
    ]);
    expect(steps).toContainEqual({ event: "hello", app: "test", version: "2.0.0", healthy: true });
  });
});
