import { expect } from "vitest";
import type { GatewayOptions } from "../../../src/devicescript/gateway/gateway.js";
import { GatewayBench, type Outcome } from "./gateway-bench.js";
import { testProgram } from "./programs.js";
import { ValveTwin } from "./valve.js";
import { VmBoard } from "./vm-board.js";

/** The VM's build of the runtime does not carry the board's bus to the gateway: no use in waiting long for it. */
export const vmLimits = {
  busMs: 100,
  trialMs: 20_000,
  confirmMs: 500,
  reportMs: 500,
  answerMs: 3000,
  backOffMs: 200,
};

/** Gateways and boards in the VM for one test; `close` ends them all. */
export class VmGarden {
  private readonly ends: (() => Promise<void>)[] = [];

  async close(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
  }

  async bench(options: Partial<GatewayOptions> = {}): Promise<GatewayBench> {
    const bench = new GatewayBench({ limits: vmLimits, ...options });
    this.ends.push(() => bench.remove());
    await bench.start();
    return bench;
  }

  async board(id = "aabbccddeeff0011"): Promise<VmBoard> {
    const board = new VmBoard(id);
    this.ends.push(() => board.remove());
    await board.powerOn();
    return board;
  }

  /** A board of the gateway that runs `program`, its valve open. */
  async plant(
    bench: GatewayBench,
    name = "garden",
    id = "aabbccddeeff0011",
    program = testProgram("1.0.0"),
  ): Promise<{ board: VmBoard; valve: ValveTwin }> {
    const board = await this.board(id);
    const valve = new ValveTwin(board.bus);
    const from = bench.events.length;
    await board.setConnection(bench.provision(id, name));
    await bench.connected(name, from);
    const begun = await bench.update(name, program);
    expect(begun.failed).toBeUndefined();
    expect(stepOf(begun, "safe")).toMatchObject({ by: "nothing-runs" });
    await valve.opened();
    return { board, valve };
  }
}

export function stepNames({ steps }: Outcome): string[] {
  return steps.map(({ event }) => event).filter((event) => event !== "progress");
}

export function stepOf({ steps }: Outcome, event: string): unknown {
  return steps.find((one) => one.event === event);
}
