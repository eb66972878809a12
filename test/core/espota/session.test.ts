import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SafeStatus } from "../../../src/core/update/safe-state.js";
import { pieces } from "../../support/core-bundle.js";
import { image } from "../../support/core-run.js";
import { host, invitationOf, SessionBench, stranger } from "../../support/core-session.js";

const connect = "connect 10.0.0.2:45002";
const ok = "reply 10.0.0.2:40001 OK";

describe("an upload without a password", () => {
  it("goes step by step, with a second of silence before OK and the restart behind it", () => {
    const bench = new SessionBench();
    expect(bench.isBusy()).toBe(false);
    expect(bench.datagram(invitationOf(image))).toEqual([`0 ${ok}`, `0 ${connect}`]);
    expect(bench.isBusy()).toBe(true);
    expect(bench.connected()).toEqual([]);
    expect(pieces(image, 300).flatMap((piece) => bench.data(piece))).toEqual(["0 send 1000"]);
    expect(bench.pass(5000)).toEqual(["1100 send OK", "3100 close", "3100 restart"]);
    expect(bench.heard.at(-1)).toBe("end");
    expect(Buffer.compare(bench.target.bytes, image)).toBe(0);
    expect(bench.isBusy()).toBe(false);
    expect(bench.sessionEvents.map(({ event }) => event)).toEqual(["invitation", "connected"]);
  });

  it("has its result at once when the uploader needs no silence", () => {
    const bench = new SessionBench();
    bench.datagram(`${invitationOf(image)}gap=0\n`);
    bench.connected();
    expect(bench.data(image)).toEqual(["0 send 1000"]);
    // The number leaves first: verifying can take longer than an uploader waits for it.
    expect(bench.pass(50)).toEqual([]);
    expect(bench.target.calls).not.toContain("verify");
    expect(bench.pass(50)).toEqual(["100 send OK"]);
  });

  it("verifies within two ticks, but commits only when the silence is over", () => {
    const bench = new SessionBench();
    bench.open();
    bench.send(image);
    bench.pass(1000);
    expect(bench.target.calls.slice(1)).toEqual(["verify"]);
    bench.pass(100);
    expect(bench.target.calls.slice(1)).toEqual(["verify", "commit"]);
  });

  it("restarts as soon as the uploader has closed", () => {
    const bench = new SessionBench();
    bench.open();
    bench.send(image);
    bench.pass(1100);
    expect(bench.closed()).toEqual(["1100 restart"]);
    expect(bench.closed()).toEqual([]);
    expect(bench.pass(5000)).toEqual([]);
  });

  it("holds the equipment safe for the restart; without one the application goes on", () => {
    const bench = new SessionBench();
    bench.upload();
    expect(bench.safe.status).toBe(SafeStatus.Safe);
    const staying = new SessionBench({ restarts: false });
    expect(staying.upload().at(-1)).toMatch(/close$/);
    expect(staying.safe.status).toBe(SafeStatus.Free);
    expect(staying.upload()).toContain(`${staying.now - 3500} ${ok}`);
    expect(staying.commits).toBe(2);
  });

  it("takes the image in pieces of any size, and its acknowledgements add up", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 30 }), (cuts) => {
        const bench = new SessionBench();
        bench.open();
        let at = 0;
        let acknowledged = 0;
        for (let i = 0; at < image.length; i++) {
          const piece = image.slice(at, at + cuts[i % cuts.length]);
          for (const sent of bench.data(piece)) acknowledged += Number(sent.split(" ")[2]);
          at += piece.length;
          expect(at - acknowledged).toBeLessThan(1024);
        }
        expect(acknowledged).toBe(image.length);
        expect(bench.pass(2000).join()).toContain("send OK");
        expect(Buffer.compare(bench.target.bytes, image)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("waits for data for ten seconds after each piece", () => {
    const bench = new SessionBench();
    bench.open();
    for (const piece of pieces(image, 250)) {
      bench.pass(9900);
      bench.data(piece);
    }
    expect(bench.pass(1200).join()).toContain("send OK");
  });
});

describe("pieces smaller than what is answered at once", () => {
  const long = Uint8Array.from({ length: 3000 }, (_, i) => i & 255);

  it("are answered together, the last one at once", () => {
    const bench = new SessionBench();
    bench.open(long);
    expect(pieces(long, 512).map((piece) => bench.data(piece))).toEqual([
      ...[[], ["0 send 1024"], [], ["0 send 1024"], [], ["0 send 952"]],
    ]);
  });

  it("are answered by and by when no more come", () => {
    const bench = new SessionBench();
    bench.open(long);
    expect(bench.data(long.slice(0, 536))).toEqual([]);
    expect(bench.pass(2000)).toEqual(["300 send 536"]);
  });

  it("count against silence", () => {
    const bench = new SessionBench();
    bench.open(long);
    bench.pass(9000);
    bench.data(long.slice(0, 1));
    expect(bench.pass(9000)).toEqual(["9300 send 1"]);
    expect(bench.pass(3000).join()).toContain("ERROR[24]");
  });
});

describe("the safe state of slow equipment", () => {
  it("holds OK back until it is reached", () => {
    const bench = new SessionBench({ valve: { takesMs: 5000, deadlineMs: 6000 } });
    expect(bench.datagram(invitationOf(image))).toEqual([]);
    expect(bench.pass(4950)).toEqual([]);
    expect(bench.pass(50)).toEqual([`5000 ${ok}`, `5000 ${connect}`]);
    expect(bench.target.taken).toEqual([]);
  });

  it("holds OK back for eight seconds, then the connection", () => {
    const bench = new SessionBench({ valve: { takesMs: 12_000, deadlineMs: 14_000 } });
    bench.datagram(invitationOf(image));
    expect(bench.pass(11_950)).toEqual([`8000 ${ok}`]);
    expect(bench.pass(50)).toEqual([`12000 ${connect}`]);
  });

  it("that takes longer than the uploader waits is put off, and goes on closing", () => {
    const bench = new SessionBench({ valve: { takesMs: 25_000, deadlineMs: 30_000 } });
    bench.datagram(invitationOf(image));
    expect(bench.pass(8000)).toEqual(["8000 reply 10.0.0.2:40001 ERR: closing valve 2, try again in 22 s\n"]);
    expect(bench.pass(22_000)).toEqual([]);
    expect(bench.isBusy()).toBe(true);
    expect(bench.safe.status).toBe(SafeStatus.Safe);
    expect(bench.datagram(invitationOf(image))).toEqual([`30000 ${ok}`, `30000 ${connect}`]);
    expect(bench.valve.entered).toBe(1);
    expect(bench.errors).toEqual([]);
  });

  it("lets the application go on when nobody comes back within a minute", () => {
    const bench = new SessionBench({ valve: { takesMs: 25_000, deadlineMs: 30_000 } });
    bench.datagram(invitationOf(image));
    bench.pass(8000 + 59_950);
    expect(bench.valve.left).toBe(0);
    bench.pass(50);
    expect([bench.valve.left, bench.isBusy()]).toEqual([1, false]);
  });

  it("that fails while OK is out is told by TCP, where the uploader waits", () => {
    const bench = new SessionBench({ valve: { takesMs: 60_000, deadlineMs: 15_000 } });
    bench.datagram(invitationOf(image));
    expect(bench.pass(15_000)).toEqual([`8000 ${ok}`, `15000 ${connect}`]);
    bench.connected();
    bench.send(image);
    expect(bench.tcp).toBe("1000");
    expect(bench.pass(950)).toEqual([]);
    expect(bench.pass(100)).toEqual([
      "16000 send ERROR[17]: closing valve 2 took longer than 15000 ms\n",
      "16000 close",
    ]);
    expect(bench.errors).toEqual(["error 17"]);
    expect(bench.target.taken).toEqual([]);
  });

  it("that cannot be reached is told at once, its reason first", () => {
    const bench = new SessionBench({ valve: { checkThrows: "jammed" } });
    expect(bench.datagram(invitationOf(image))).toEqual(["0 reply 10.0.0.2:40001 ERR: valve 2: jammed\n"]);
    expect([bench.isBusy(), bench.errors]).toEqual([false, ["error 17"]]);
  });

  it("that runs late within the hold is told then", () => {
    const bench = new SessionBench({ valve: { takesMs: 60_000, deadlineMs: 4000 } });
    bench.datagram(invitationOf(image));
    expect(bench.pass(9000)).toEqual([
      "4000 reply 10.0.0.2:40001 ERR: closing valve 2 took longer than 4000 ms\n",
    ]);
    expect(bench.valve.left).toBe(1);
  });
});

describe("somebody else meanwhile", () => {
  const busy = "ERR: ERROR[15]: Update already running\n";

  it("is told that an update runs, at every stage, and does not disturb it", () => {
    const bench = new SessionBench({ valve: { takesMs: 12_000, deadlineMs: 14_000 } });
    const other = () => expect(bench.ask(invitationOf(image), stranger)).toBe(busy);
    bench.datagram(invitationOf(image));
    other();
    bench.pass(8000);
    other();
    bench.pass(4000);
    other();
    bench.connected();
    other();
    bench.send(image.slice(0, 500));
    other();
    bench.send(image.slice(500));
    other();
    bench.pass(500);
    other();
    bench.pass(600);
    expect(bench.tcp).toMatch(/^\d+OK$/);
    other();
    bench.closed();
    expect(bench.commits).toBe(1);
  });

  it("is not the same uploader repeating its invitation: that one is waited for in silence", () => {
    const bench = new SessionBench({ valve: { takesMs: 5000 } });
    bench.datagram(invitationOf(image));
    bench.pass(1000);
    expect(bench.datagram(invitationOf(image), host)).toEqual([]);
    expect(bench.pass(4000)).toEqual([`5000 ${ok}`, `5000 ${connect}`]);
  });
});

describe("what comes at the wrong time", () => {
  it("is passed over, and a connection that nobody asked for is closed", () => {
    const bench = new SessionBench();
    expect(bench.connected()).toEqual(["0 close"]);
    expect([bench.data(image), bench.closed(), bench.connectFailed()]).toEqual([[], [], []]);
    bench.datagram(invitationOf(image));
    expect([bench.data(image), bench.closed()]).toEqual([[], []]);
    bench.connected();
    expect(bench.connected()).toEqual(["0 close"]);
    expect(bench.connectFailed()).toEqual([]);
    expect(bench.isBusy()).toBe(true);
  });
});
