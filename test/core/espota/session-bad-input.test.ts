import { beforeEach, describe, expect, it } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { SafeStatus } from "../../../src/core/update/safe-state.js";
import { UpdatePhase } from "../../../src/core/update/update.js";
import { md5Of } from "../../support/core-bundle.js";
import { flashBroken, image, runBlock } from "../../support/core-run.js";
import { invitationOf, SessionBench } from "../../support/core-session.js";

let bench = new SessionBench();

beforeEach(() => {
  bench = new SessionBench();
});

/** One error for the application, equipment released, nothing committed, and the next upload works. */
function recovered(errors: readonly number[]): void {
  expect(bench.errors).toEqual(errors.map((number) => `error ${number}`));
  expect([bench.isBusy(), bench.run.phase]).toEqual([false, UpdatePhase.Idle]);
  expect(bench.safe.status).toBe(SafeStatus.Free);
  expect(bench.valve.left).toBe(bench.valve.entered);
  expect(bench.commits).toBe(0);
  bench.target.writeFault = undefined;
  bench.target.verifyFault = undefined;
  bench.target.commitFault = undefined;
  bench.target.magic = undefined;
  bench.valve.broken = undefined;
  bench.throwing = "";
  bench.now += 60_000;
  expect(bench.upload().join("\n")).toContain("send OK");
  expect(bench.commits).toBe(1);
}

/** `text` came after a second of silence, and the connection was closed with it; numbers may have come before. */
function told(text: string, log: readonly string[], silentSince: number): void {
  const words = log.filter((entry) => !/ send \d+$/.test(entry));
  const at = Number(words[0]?.split(" ")[0]);
  expect(words).toEqual([`${at} send ${text}`, `${at} close`]);
  expect(at - silentSince).toBeGreaterThanOrEqual(1000);
}

describe("refused by UDP, before anything is touched", () => {
  it.each<[string, Parameters<typeof invitationOf>[1], string, number]>([
    ["no space", { size: 10_000_001 }, "ERR: ERROR[4]: Not Enough Space\n", FaultNumber.Space],
    ["size 0", { size: 0 }, "ERR: ERROR[5]: Bad Size Given\n", FaultNumber.Size],
    [
      "a filesystem",
      { command: 100 },
      "ERR: ERROR[16]: Unknown update command\n",
      FaultNumber.UnknownCommand,
    ],
  ])("%s", (_name, change, answer, number) => {
    expect(bench.ask(invitationOf(image, change))).toBe(answer);
    expect([bench.valve.entered, bench.target.calls]).toEqual([0, []]);
    recovered([number]);
  });

  it("by policy", () => {
    bench.refuse = fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
    expect(bench.ask(invitationOf(image))).toBe("ERR: ERROR[22]: still on trial, try again in 5 s\n");
    bench.refuse = undefined;
    recovered([FaultNumber.OnTrial]);
  });

  it("by the hour, the reason first", () => {
    bench.refuse = fault(
      FaultNumber.OutsideWindow,
      "opens in 3 h 20 min; updates are allowed Mo 10:00-12:00 UTC",
    );
    const answer = "ERR: opens in 3 h 20 min; updates are allowed Mo 10:00-12:00 UTC (ERROR[36])\n";
    expect(bench.ask(invitationOf(image))).toBe(answer);
    bench.refuse = undefined;
    recovered([FaultNumber.OutsideWindow]);
  });
});

describe("the image", () => {
  it("has another MD5 than was announced", () => {
    const md5 = "0".repeat(32);
    bench.datagram(invitationOf(image, { md5 }));
    bench.connected();
    bench.send(image);
    const log = bench.pass(2000);
    told(`ERROR[7]: MD5 verification failed: expected: ${md5}, calculated: ${md5Of(image)}\n`, log, 0);
    recovered([FaultNumber.Md5]);
  });

  it("is cut short: the peer closes", () => {
    bench.open();
    bench.send(image.slice(0, 900));
    expect(bench.closed()).toEqual([]);
    expect(bench.events.at(-1)).toMatchObject({ text: "connection closed at 900 of 1000 bytes" });
    recovered([FaultNumber.Aborted]);
  });

  it("is too long within one chunk: refused, not acknowledged", () => {
    bench.open();
    bench.send(image.slice(0, 900));
    expect(bench.data(new Uint8Array(101))).toEqual([]);
    told("ERROR[5]: Bad Size Given\n", bench.pass(1500), 0);
    expect(bench.target.bytes).toHaveLength(7 * runBlock);
    recovered([FaultNumber.Size]);
  });

  it.each([0, 500])("is too long, the rest coming %i ms later: not committed", (later) => {
    bench.open();
    bench.send(image);
    bench.pass(later);
    const since = bench.now;
    expect(bench.data(new Uint8Array(1))).toEqual([]);
    told("ERROR[5]: Bad Size Given\n", bench.pass(1500), since);
    recovered([FaultNumber.Size]);
  });

  it("never ends: who goes on sending is told after a second all the same", () => {
    bench.open();
    bench.send(image);
    const log: string[] = [];
    for (let i = 0; i < 100 && log.length === 0; i++) {
      expect(bench.data(new Uint8Array(100))).toEqual([]);
      log.push(...bench.pass(50));
    }
    told("ERROR[5]: Bad Size Given\n", log, 0);
    expect(bench.now).toBeLessThan(1500);
    recovered([FaultNumber.Size]);
  });

  it("is nothing that this board takes: the rest is drained, then the reason comes", () => {
    bench.target.magic = 0x53;
    bench.open();
    bench.send(image);
    expect(bench.tcp).toBe("1000");
    told("ERROR[10]: Magic byte is not 0xE9\n", bench.pass(1500), 0);
    expect(bench.target.calls).toEqual([]);
    recovered([FaultNumber.MagicByte]);
  });

  it("does not read back as it was written", () => {
    bench.target.verifyFault = fault(FaultNumber.Verify, "header read back differs");
    bench.open();
    bench.send(image);
    told("ERROR[26]: header read back differs\n", bench.pass(1500), 0);
    recovered([FaultNumber.Verify]);
  });

  it("cannot be committed", () => {
    bench.target.commitFault = fault(FaultNumber.Commit, "flash write");
    bench.open();
    bench.send(image);
    told("ERROR[28]: flash write\n", bench.pass(1500), 0);
    bench.target.calls.length = 0;
    recovered([FaultNumber.Commit]);
  });
});

describe("a failure in the middle", () => {
  it("is drained with acknowledgements, so that the uploader comes to read why", () => {
    bench.target.writeFault = { at: 300, fault: flashBroken };
    bench.open();
    bench.send(image.slice(0, 900));
    expect(bench.pass(5000)).toEqual(["300 send 900"]);
    const since = bench.now;
    bench.send(image.slice(900));
    told("ERROR[1]: Flash Write Failed\n", bench.pass(1500), since);
    expect(bench.target.bytes).toHaveLength(3 * runBlock);
    recovered([FaultNumber.Write]);
  });

  it("is drained as well where it is the equipment's", () => {
    bench.open();
    bench.send(image.slice(0, 500));
    bench.valve.broken = "open";
    bench.pass(500);
    bench.send(image.slice(500, 900));
    expect(bench.pass(5000).join()).not.toContain("ERROR");
    const since = bench.now;
    bench.send(image.slice(900));
    told("ERROR[17]: valve 2 no longer safe: open\n", bench.pass(1500), since);
    recovered([FaultNumber.SafeState]);
  });

  it("is told after fifteen seconds to who does not send the rest", () => {
    bench.target.writeFault = { at: 300, fault: flashBroken };
    bench.open();
    bench.send(image.slice(0, 500));
    told("ERROR[1]: Flash Write Failed\n", bench.pass(17_000), 15_000);
    recovered([FaultNumber.Write]);
  });

  it("is told in time also to who sends the rest too slowly, with the reason it had", () => {
    bench.target.writeFault = { at: 300, fault: flashBroken };
    bench.open();
    bench.send(image.slice(0, 400));
    const log: string[] = [];
    for (let i = 0; i < 100 && !log.join().includes("close"); i++) {
      bench.data(image.slice(400, 401));
      log.push(...bench.pass(500));
    }
    expect(log.slice(-2).map((entry) => entry.replace(/^\d+ /, ""))).toEqual([
      ...["send ERROR[1]: Flash Write Failed\n", "close"],
    ]);
    expect(bench.now).toBeLessThan(17_000);
    recovered([FaultNumber.Write]);
  });

  it("of the safe state ends the transfer", () => {
    bench.open();
    bench.send(image.slice(0, 500));
    bench.valve.broken = "opened by hand";
    bench.pass(50);
    bench.send(image.slice(500));
    told("ERROR[17]: valve 2 no longer safe: opened by hand\n", bench.pass(1500), 50);
    expect(bench.target.bytes).toHaveLength(3 * runBlock);
    recovered([FaultNumber.SafeState]);
  });

  it("of the safe state in the last second keeps the commit from happening", () => {
    bench.open();
    bench.send(image);
    bench.pass(900);
    bench.valve.broken = "opened by hand";
    told("ERROR[17]: valve 2 no longer safe: opened by hand\n", bench.pass(1500), 0);
    recovered([FaultNumber.SafeState]);
  });

  it("by onStart, which says no", () => {
    bench.throwing = "start";
    bench.open();
    bench.send(image);
    told("ERROR[17]: onStart: start hook is broken\n", bench.pass(1500), 0);
    expect(bench.target.taken).toEqual([]);
    recovered([FaultNumber.SafeState]);
  });
});

describe("a silent peer is dropped", () => {
  it("that never accepts the connection", () => {
    bench.datagram(invitationOf(image));
    expect(bench.pass(9950)).toEqual([]);
    expect(bench.pass(50)).toEqual(["10000 close"]);
    expect(bench.events.at(-1)).toMatchObject({
      code: "CONNECT_FAILED",
      text: "no connection to 10.0.0.2:45002",
    });
    recovered([FaultNumber.Connect]);
  });

  it.each([0, 900])("that sends no more after %i bytes, and is told why", (length) => {
    bench.open();
    bench.send(image.slice(0, length));
    told("ERROR[24]: no data for 10000 ms\n", bench.pass(12_000), 10_000);
    recovered([FaultNumber.Silent]);
  });

  it("and hears that reason even if it wakes up in the last second", () => {
    bench.open();
    bench.pass(10_500);
    expect(bench.data(image)).toEqual([]);
    told("ERROR[24]: no data for 10000 ms\n", bench.pass(1000), 10_000);
    recovered([FaultNumber.Silent]);
  });

  it("that does not close after OK: the update counts", () => {
    bench.open();
    bench.send(image);
    expect(bench.pass(3500).slice(-2)).toEqual(["3100 close", "3100 restart"]);
    expect(bench.commits).toBe(1);
  });
});

describe("a peer that vanishes", () => {
  it("before the connection stands", () => {
    bench.datagram(invitationOf(image));
    expect(bench.connectFailed()).toEqual(["0 close"]);
    recovered([FaultNumber.Connect]);
  });

  it("before the first byte", () => {
    bench.open();
    expect(bench.closed()).toEqual([]);
    recovered([FaultNumber.NoData]);
  });

  it("while a failure is drained", () => {
    bench.target.writeFault = { at: 300, fault: flashBroken };
    bench.open();
    bench.send(image.slice(0, 500));
    expect(bench.closed()).toEqual([]);
    recovered([FaultNumber.Write]);
  });

  it.each([0, 50, 1000])(
    "%i ms after the last byte, before it can know that it worked: nothing is committed",
    (later) => {
      bench.open();
      bench.send(image);
      bench.pass(later);
      expect(bench.closed()).toEqual([]);
      expect(bench.pass(5000)).toEqual([]);
      expect(bench.events.at(-1)).toMatchObject({ text: "connection closed before the result" });
      recovered([FaultNumber.Aborted]);
    },
  );

  it("in the silence before an error text: the first reason stands", () => {
    bench.target.verifyFault = fault(FaultNumber.Verify, "differs");
    bench.open();
    bench.send(image);
    bench.pass(500);
    expect(bench.closed()).toEqual([]);
    recovered([FaultNumber.Verify]);
  });
});
