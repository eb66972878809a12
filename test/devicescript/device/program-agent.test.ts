import { describe, expect, test } from "vitest";
import type { SafeStep } from "../../../src/core/update/safe-state.js";
import { type OtaOptions, ProgramAgent } from "../../../src/devicescript/device/program-agent.js";
import { type GatewayMessage, jsonLimit, type ProgramMessage } from "../../../src/devicescript/messages.js";

/** An agent with one valve, under the test's clock. */
class Bench {
  now = 1000;
  closed = false;
  /** ms that the valve takes. */
  closesIn = 500;
  heard: string[] = [];
  readonly notes: string[] = [];
  readonly agent: ProgramAgent;
  private enteredAt = 0;

  constructor(options: OtaOptions = {}) {
    this.agent = new ProgramAgent(
      { app: "garden", version: "2.0.0", boots: 7 },
      { safeState: [this.valve()], ...options },
      [33],
      (text) => this.notes.push(text),
    );
    this.agent.tick(this.now);
    this.agent.take();
  }

  send(message: GatewayMessage): ProgramMessage[] {
    this.agent.receive(message, this.now);
    return this.agent.take();
  }

  prepare(id = "a1", waitMs = 8000): ProgramMessage[] {
    return this.send({ do: "prepare", id, bytes: 20_000, from: "desk", waitMs });
  }

  run(ms: number): ProgramMessage[] {
    const said: ProgramMessage[] = [];
    for (const end = this.now + ms; this.now < end; ) {
      this.now += 100;
      this.agent.tick(this.now);
      said.push(...this.agent.take());
    }
    return said;
  }

  private valve(): SafeStep {
    return {
      name: "valves",
      deadlineMs: 5000,
      enter: () => {
        this.enteredAt = this.now;
        this.heard.push("enter");
      },
      check: () => {
        this.closed = this.now - this.enteredAt >= this.closesIn;
        return this.closed ? true : "closing valve 2";
      },
      leave: () => void this.heard.push("leave"),
    };
  }
}

const ready = { say: "ready", id: "a1" };

describe("an update", () => {
  test("is prepared: closing with its reason, then ready, once", () => {
    const bench = new Bench();
    expect(bench.prepare()).toEqual([{ say: "closing", id: "a1", reason: "closing valve 2", waitMs: 5000 }]);
    expect(bench.run(2000)).toEqual([ready]);
    expect(bench.agent.busy()).toBe(true);
  });

  test("hears of a slow valve once a second at most", () => {
    const bench = new Bench();
    bench.closesIn = 3000;
    bench.prepare();
    const said = bench.run(3500);
    expect(said.map(({ say }) => say)).toEqual(["closing", "closing", "ready"]);
  });

  test("is refused when the valve runs late, and the equipment goes on", () => {
    const errors: string[] = [];
    const bench = new Bench({ onError: (reason) => errors.push(reason) });
    bench.closesIn = 1e9;
    bench.prepare();
    const reason = "closing valve 2 took longer than 5000 ms";
    const said = bench.run(7000).filter(({ say }) => say !== "closing");
    expect(said).toEqual([{ say: "refused", id: "a1", reason, retryMs: 0 }]);
    expect(errors).toEqual([reason]);
    expect(bench.notes).toEqual([
      "update of 20000 bytes from desk: going to safe state",
      `update refused: ${reason}`,
    ]);
    expect(bench.heard).toEqual(["enter", "leave"]);
    expect(bench.agent.busy()).toBe(false);
  });

  test("that cannot wait is told when to come back, and finds it closed then", () => {
    const bench = new Bench();
    bench.closesIn = 4000;
    bench.prepare("a1", 1000);
    expect(bench.run(1500)).toContainEqual({
      say: "refused",
      id: "a1",
      reason: "closing valve 2",
      retryMs: expect.any(Number),
    });
    bench.run(3500);
    expect(bench.heard).toEqual(["enter"]);
    expect(bench.prepare("a2")).toEqual([{ say: "ready", id: "a2" }]);
    expect(bench.heard).toEqual(["enter"]);
  });

  test("that does not come lets the equipment go on after a minute", () => {
    const bench = new Bench();
    bench.prepare();
    expect(bench.run(60_000)).toEqual([ready]);
    expect(bench.run(2000)).toEqual([{ say: "released", id: "a1" }]);
    expect(bench.heard).toEqual(["enter", "leave"]);
  });

  test("is taken back by resume, whoever asks for it under its name", () => {
    const bench = new Bench();
    bench.prepare();
    bench.run(1000);
    expect(bench.send({ do: "resume", id: "other" })).toEqual([]);
    expect(bench.agent.busy()).toBe(true);
    expect(bench.send({ do: "resume", id: "a1" })).toEqual([{ say: "released", id: "a1" }]);
    expect(bench.agent.busy()).toBe(false);
    expect(bench.send({ do: "resume", id: "a1" })).toEqual([{ say: "released", id: "a1" }]);
  });

  test("loses its word when a valve moves again", () => {
    const bench = new Bench();
    bench.prepare();
    bench.run(1000);
    bench.closesIn = 1e9;
    expect(bench.run(200)).toEqual([
      { say: "refused", id: "a1", reason: expect.stringContaining("no longer safe"), retryMs: 0 },
    ]);
  });

  test("is told again where it stands when the gateway comes back", () => {
    const bench = new Bench();
    bench.prepare();
    bench.run(1000);
    bench.agent.connected(bench.now);
    expect(bench.agent.take()).toMatchObject([{ say: "hello" }]);
    expect(bench.run(100)).toEqual([ready]);
  });

  test("is not hindered by callbacks that throw", () => {
    const bench = new Bench({
      onStart: () => {
        throw new Error("no");
      },
      onError: () => {
        throw new Error("no");
      },
    });
    bench.prepare();
    expect(bench.run(1000)).toEqual([ready]);
  });
});

describe("hello", () => {
  const hello = { say: "hello", app: "garden", version: "2.0.0", boots: 7 };

  test("answers a report, and comes unasked when health changes", () => {
    let well: true | string = true;
    const bench = new Bench({ healthy: () => well });
    expect(bench.send({ do: "report" })).toEqual([{ ...hello, healthy: true, why: "", upMs: 1000 }]);
    well = "no water";
    expect(bench.run(300)).toEqual([{ ...hello, healthy: false, why: "no water", upMs: 1100 }]);
    well = true;
    expect(bench.run(300)).toMatchObject([{ healthy: true }]);
  });

  test("says what is wrong with a health that throws, or answers anything", () => {
    const thrown = new Bench({
      healthy: () => {
        throw new Error("no sensor");
      },
    });
    expect(thrown.send({ do: "report" })).toMatchObject([{ healthy: false, why: "no sensor" }]);
    const odd = new Bench({ healthy: () => 1 as unknown as true });
    expect(odd.send({ do: "report" })).toMatchObject([{ healthy: false, why: "not well" }]);
  });

  test("is not well where safe pins are named and no steps to make them safe", () => {
    const bench = new Bench({ safeState: [] });
    expect(bench.send({ do: "report" })).toMatchObject([
      { healthy: false, why: expect.stringContaining("safeState") },
    ]);
  });

  test("and every other word fit into a message, whatever the application says", () => {
    const long = `"\\\u00e9${"x".repeat(500)}`;
    const bench = new Bench({ healthy: () => long });
    const all = bench.send({ do: "report" });
    bench.closesIn = 1e9;
    all.push(...bench.prepare("12345678"), ...bench.run(9000));
    for (const message of all) expect(JSON.stringify(message).length).toBeLessThanOrEqual(jsonLimit);
  });
});
