import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WsskCommand, writeLength } from "../../../src/devicescript/gateway/wssk/messages.js";
import { WsskSession } from "../../../src/devicescript/gateway/wssk/session.js";
import type { UploadEvent } from "../../../src/events/upload-event.js";
import type { GatewayBench, Outcome } from "../../support/devicescript/gateway-bench.js";
import { smallProgram, testProgram } from "../../support/devicescript/programs.js";
import { ValveTwin } from "../../support/devicescript/valve.js";
import type { VmBoard } from "../../support/devicescript/vm-board.js";
import { stepNames, VmGarden } from "../../support/devicescript/vm-garden.js";

describe("an update that is cut off", () => {
  beforeAll(() => {
    testProgram("1.0.0");
    smallProgram("1.0.0");
  });
  const garden = new VmGarden();
  afterEach(() => {
    vi.restoreAllMocks();
    return garden.close();
  });

  /** Runs an update and does `cut` once, at the first step that `when` takes. */
  async function updateWithCut(
    bench: GatewayBench,
    version: string,
    when: (step: UploadEvent) => boolean,
    cut: () => Promise<void>,
  ): Promise<Outcome> {
    let done: Promise<void> | undefined;
    const outcome = await bench.update("garden", smallProgram(version), {
      onStep: (step) => {
        if (done === undefined && when(step)) done = cut();
      },
    });
    expect(done).toBeDefined();
    await done;
    return outcome;
  }

  async function powerCut(board: VmBoard): Promise<void> {
    await board.powerOff();
    await board.powerOn();
    new ValveTwin(board.bus);
    await board.reconnect();
  }

  const writes = (program: Uint8Array): number[] =>
    Array.from({ length: Math.ceil(program.length / writeLength) }, (_, i) => i);
  const atWrite =
    (write: number) =>
    (step: UploadEvent): boolean =>
      step.event === "progress" && step.acknowledged > write * writeLength;

  it("is finished when the power is cut at any write", { timeout: 240_000 }, async () => {
    const bench = await garden.bench();
    const { board } = await garden.plant(bench);
    for (const write of writes(smallProgram("1.0.0"))) {
      const version = `3.${String(write).padStart(2, "0")}0`;
      const { failed, steps } = await updateWithCut(bench, version, atWrite(write), () => powerCut(board));
      expect({ write, failed }).toEqual({ write, failed: undefined });
      expect(steps).toContainEqual({ event: "hello", app: "small", version, healthy: true });
    }
  });

  it("is finished when the connection is lost at any write", { timeout: 240_000 }, async () => {
    const bench = await garden.bench();
    const { board } = await garden.plant(bench);
    for (const write of writes(smallProgram("1.0.0"))) {
      const version = `4.${String(write).padStart(2, "0")}0`;
      const { failed } = await updateWithCut(bench, version, atWrite(write), async () => {
        const from = bench.events.length;
        bench.gateway.board("garden").link?.close();
        await bench.heard("the end of the connection", ({ event }) => event === "disconnected", from);
        await board.reconnect();
      });
      expect({ write, failed }).toEqual({ write, failed: undefined });
    }
  });

  it("is finished when the power is cut before the first write, after the last, and during the trial", async () => {
    const bench = await garden.bench();
    const { board } = await garden.plant(bench);
    for (const [version, event] of [
      ["5.0.0", "safe"],
      ["5.1.0", "writing"],
      ["5.2.0", "sent"],
      ["5.3.0", "verified"],
      ["5.4.0", "trial"],
    ]) {
      const { failed } = await updateWithCut(
        bench,
        version,
        (step) => step.event === event,
        () => powerCut(board),
      );
      // Before the first write nothing was touched, and the sender learns it; or the board was back in time.
      if (event === "safe" && failed !== undefined) expect(failed.code).toBe("BOARD_LOST");
      else expect({ event, failed }).toEqual({ event, failed: undefined });
      await bench.heard("the board to be back", (told) => told.event === "connected");
    }
  });

  it("is undone when the gateway ends in the middle and nobody waits any more", async () => {
    const bench = await garden.bench();
    const { board } = await garden.plant(bench);
    const before = bench.gateway.board("garden").sha256;
    const begun = bench.events.length;
    void bench
      .update("garden", testProgram("6.0.0"), {
        onStep: (step) => {
          if (atWrite(5)(step)) void bench.stop();
        },
      })
      .catch(() => undefined);
    await bench.heard("the sixth write", (told) => told.event === "update" && atWrite(5)(told.step), begun);
    await bench.stop();
    const from = bench.events.length;
    await bench.start();
    await board.reconnect();
    await bench.heard(
      "the return",
      (told) => told.event === "update" && told.step.event === "returned",
      from,
    );
    await bench.heard(
      "the old program",
      () => bench.gateway.board("garden").hello?.version === "1.0.0",
      from,
    );
    expect(bench.gateway.board("garden").sha256).toBe(before);
  });

  it("never runs a byte that was changed on the way", async () => {
    const bench = await garden.bench();
    const { board, valve } = await garden.plant(bench);
    const there = bench.gateway.board("garden");
    const { seal } = WsskSession.prototype;
    /** In each of the next `tries` transfers one bit of one write is not what it was. */
    const corrupt = (tries: number): void => {
      let left = tries;
      let flip = false;
      vi.spyOn(WsskSession.prototype, "seal").mockImplementation(function (this: WsskSession, message) {
        const begins = message[0] === WsskCommand.DeployStart && Buffer.from(message).readUInt32LE(1) > 0;
        if (begins) flip = left-- > 0;
        if (message[0] !== WsskCommand.DeployWrite || !flip) return seal.call(this, message);
        flip = false;
        const changed = Uint8Array.from(message);
        changed[40] ^= 1;
        return seal.call(this, changed);
      });
    };
    const starts = (): number => board.log.filter((line) => line.includes("* start: test")).length;
    const before = starts();
    const written = (outcome: Outcome): string[] =>
      stepNames(outcome).filter((event) => event === "writing" || event === "mismatch");

    corrupt(1);
    const once = await bench.update("garden", testProgram("7.0.0"));
    expect(once.failed).toBeUndefined();
    expect(written(once)).toEqual(["writing", "mismatch", "writing"]);
    expect(starts()).toBe(before + 1);

    corrupt(3);
    const thrice = await bench.update("garden", testProgram("7.1.0"));
    expect(thrice.failed?.code).toBe("READ_BACK_MISMATCH");
    expect(written(thrice)).toEqual(["writing", "mismatch", "writing", "mismatch", "writing", "mismatch"]);
    expect(starts()).toBe(before + 2);
    expect(there.hello?.version).toBe("7.0.0");
    await valve.opened();
  });
});
