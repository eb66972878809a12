import { createHash } from "node:crypto";
import { FRAME_PROCESS } from "jacdac-ts";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectionString, randomKey } from "../../../src/devicescript/gateway/keys.js";
import { jacdacFrame } from "../../../src/devicescript/gateway/wssk/messages.js";
import { newKeyPair, signRelease } from "../../../src/host/keys/sign-release.js";
import { testProgram } from "../../support/devicescript/programs.js";
import { ValveTwin } from "../../support/devicescript/valve.js";
import { stepNames, stepOf, VmGarden, vmLimits } from "../../support/devicescript/vm-garden.js";

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("a DeviceScript board and its gateway", () => {
  beforeAll(() => {
    testProgram("1.0.0");
  });
  const garden = new VmGarden();
  afterEach(() => garden.close());

  it("closes the valve first, verifies, starts, confirms", async () => {
    const bench = await garden.bench();
    const { valve } = await garden.plant(bench);
    const openAt: boolean[] = [];
    const updated = await bench.update("garden", testProgram("2.0.0"), {
      onStep: ({ event }) => {
        if (event === "writing") openAt.push(valve.open);
      },
    });
    expect(updated.failed).toBeUndefined();
    expect(openAt).toEqual([false]);
    expect(stepNames(updated)).toEqual([
      "preparing",
      "safe",
      "writing",
      "sent",
      "verified",
      "trial",
      "hello",
    ]);
    expect(stepOf(updated, "hello")).toMatchObject({ app: "test", version: "2.0.0", healthy: true });
    await valve.opened();
  });

  it("touches nothing when the program refuses, and nothing without force when it does not answer", async () => {
    const bench = await garden.bench();
    const refusing = testProgram("1.0.0", "refuses");
    const { board, valve } = await garden.plant(bench, "garden", undefined, refusing);
    const refused = await bench.update("garden", testProgram("2.0.0"), { force: true });
    expect(refused.failed).toEqual({ code: "SAFE_STATE_REFUSED", text: "valve stays open" });
    expect(stepNames(refused)).toEqual(["preparing"]);
    expect(valve.open).toBe(true);

    await board.deployByCable(testProgram("1.0.0", "silent-"));
    await board.logged("* start: test", board.log.length);
    const silent = await bench.update("garden", testProgram("2.0.0"));
    expect(silent.failed?.code).toBe("PROGRAM_SILENT");
    expect(stepNames(silent)).toEqual(["no-way-back", "preparing"]);
    const forced = await bench.update("garden", testProgram("2.0.0"), { force: true });
    expect(forced.failed).toBeUndefined();
    expect(stepOf(forced, "safe")).toEqual({ event: "safe", by: "force" });
  });

  it("goes back when the new program does not become well", async () => {
    const bench = await garden.bench({
      limits: { busMs: 100, confirmMs: 500, reportMs: 500, trialMs: 3000 },
    });
    const { valve } = await garden.plant(bench);
    const unwell = await bench.update("garden", testProgram("2.0.0", "unwell-"));
    expect(unwell.failed).toEqual({
      code: "NOT_HEALTHY",
      text: "the new program did not become healthy: no water; the previous program runs again",
    });
    expect(stepNames(unwell).slice(-2)).toEqual(["returning", "returned"]);
    await valve.opened();
  });

  it("counts crashes, and goes back at the third", async () => {
    const bench = await garden.bench();
    await garden.plant(bench);
    const crashing = await bench.update("garden", testProgram("2.0.0", "crashes"));
    expect(crashing.failed?.code).toBe("PROGRAM_CRASHES");
    expect(crashing.failed?.text).toMatch(/3 times.*; the previous program runs again/);
    const exception = bench.events.find(({ event }) => event === "exception");
    expect(exception).toMatchObject({ text: expect.stringContaining("on purpose") });
    const after = await bench.update("garden", testProgram("3.0.0"));
    expect(after.failed).toBeUndefined();
  });

  it("takes the new program away when there is nothing to go back to", async () => {
    const bench = await garden.bench({ limits: { busMs: 100, reportMs: 500, trialMs: 2000 } });
    const board = await garden.board();
    await board.setConnection(bench.provision(board.deviceId, "garden"));
    await bench.connected("garden");
    const { failed } = await bench.update("garden", testProgram("1.0.0", "silent-"));
    expect(failed).toEqual({
      code: "NOT_HEALTHY",
      text: "the new program did not say a word; the board runs no program now",
    });
  });

  it("takes a signed program from its gateway, which keeps unsigned ones away, and has the program alone in flash", async () => {
    const owner = newKeyPair();
    const trust = [Buffer.from(owner.publicKey).toString("hex")];
    const bench = await garden.bench({ trust });
    const first = signRelease(testProgram("1.0.0"), owner, { counter: 1 });
    await garden.plant(bench, "garden", undefined, first);
    const second = testProgram("2.0.0");
    const unsigned = await bench.update("garden", second);
    expect([unsigned.failed?.code, stepNames(unsigned)]).toEqual(["NOT_SIGNED", []]);
    const signed = await bench.update("garden", signRelease(second, owner, { counter: 2 }));
    expect(signed.failed).toBeUndefined();
    expect(bench.gateway.board("garden").sha256).toBe(hashOf(second));
    expect((await bench.update("garden", first)).failed?.code).toBe("OLDER_RELEASE");
  }, 120_000);

  it("refuses a wrong key; both sides say why", async () => {
    const bench = await garden.bench();
    const board = await garden.board();
    bench.provision(board.deviceId, "garden");
    await board.setConnection(connectionString(bench.address, board.deviceId, randomKey()));
    await bench.heard("the refusal", (event) => event.event === "refused" && event.code === "WRONG_KEY");
    await board.logged("tag error");
    for (let i = 0; i < 2; i++) {
      const from = bench.events.length;
      await board.reconnect();
      await bench.heard("the refusal", (event) => event.event === "refused", from);
    }
    await board.reconnect();
    await bench.heard(
      "the pause",
      ({ event, ...rest }) => "code" in rest && rest.code === "TOO_MANY_ATTEMPTS",
    );
    await board.logged("bad resp: HTTP/1.1 429 wrong key, again in 2 s; provision it");
    expect(bench.gateway.board("garden").link).toBeUndefined();
  });

  it("reads autostart and version back, and changes the key over the air, where the bus comes to the gateway", async () => {
    const bench = await garden.bench({ limits: { ...vmLimits, busMs: 3000 } });
    const board = await garden.board();
    new ValveTwin(board.bus);
    // On a chip the firmware does this (JD_NET_BRIDGE); the VM's build lacks it.
    board.bus.on(FRAME_PROCESS, (frame: Uint8Array) => {
      const [there] = bench.gateway.boards();
      if (there?.link !== undefined) there.receive(jacdacFrame(frame));
    });
    await board.setConnection(bench.provision(board.deviceId, "garden"));
    await bench.connected("garden");
    const there = bench.gateway.board("garden");
    expect((await bench.update("garden", testProgram("1.0.0"))).failed).toBeUndefined();
    expect(there.noBus).toBe(false);
    const newer = Uint8Array.from(testProgram("2.0.0"));
    newer[10] = 99;
    expect((await bench.update("garden", newer)).failed).toEqual({
      code: "WRONG_ENGINE",
      text: "the program is for DeviceScript 2.99.4, the board has 2.16.4",
    });
    const before = there.stored.key;
    await there.rotate();
    await bench.heard("the new key", ({ event }) => event === "rotated");
    expect(there.stored.key).not.toEqual(before);
    expect((await bench.update("garden", testProgram("2.0.0"))).failed).toBeUndefined();
  });

  it("keeps two boards apart, updated at the same time", async () => {
    const bench = await garden.bench();
    await Promise.all([
      garden.plant(bench, "roses", "1111111111111111"),
      garden.plant(bench, "herbs", "2222222222222222"),
    ]);
    const [roses, herbs] = await Promise.all([
      bench.update("roses", testProgram("2.0.0")),
      bench.update("herbs", testProgram("3.0.0")),
    ]);
    expect([roses.failed, herbs.failed]).toEqual([undefined, undefined]);
    expect(stepOf(roses, "hello")).toMatchObject({ version: "2.0.0" });
    expect(stepOf(herbs, "hello")).toMatchObject({ version: "3.0.0" });
    const [first, second] = [
      bench.update("roses", testProgram("4.0.0")),
      bench.update("roses", testProgram("5.0.0")),
    ];
    expect((await second).failed?.code).toBe("UPDATE_RUNNING");
    expect((await first).failed).toBeUndefined();
  });

  it("updates twenty times in a row", async () => {
    const bench = await garden.bench();
    await garden.plant(bench);
    for (let i = 0; i < 20; i++) {
      const program = testProgram(`2.${String(i).padStart(2, "0")}0`);
      const { failed } = await bench.update("garden", program);
      expect(failed).toBeUndefined();
      expect(bench.gateway.board("garden").stored.state.good?.sha256).toBe(hashOf(program));
    }
  });
});
