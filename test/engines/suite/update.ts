import { chooseBoot, StartReason } from "../../../src/core/boot.js";
import { BundleSlots } from "../../../src/core/bundle-slots.js";
import { Journal, Record } from "../../../src/core/journal.js";
import type { Suite } from "./suite.js";
import { filler } from "./tools.js";
import { nonce, UpdateBench } from "./update-bench.js";

/** What a loader would start from the bench's flash: "app 1 garden@2.0.0 update". */
function started(suite: Suite, bench: UpdateBench): string {
  const slots = new BundleSlots(suite.bytes, suite.crypto, bench.flash, bench.layout, 1, 0);
  const journal = new Journal(suite.bytes, suite.crypto, bench.flash, bench.layout.journal);
  const sound = (slot: number): boolean => {
    const header = slots.app(slot);
    return header !== undefined && slots.isSound(slots.appBlock(slot), header);
  };
  const choice = chooseBoot(journal, StartReason.Restart, sound, () => true);
  const header = choice.app < 0 ? undefined : slots.app(choice.app);
  const name = header === undefined ? "none" : `${header.name}@${header.version}`;
  return `app ${choice.app} ${name} ${choice.why}`;
}

/** An update by espota, from the invitation to what starts next. */
export function update(suite: Suite): void {
  const payload = filler(900, 17);

  suite.test("an update goes from invitation to the next start", () => {
    const bench = new UpdateBench(suite, 3000);
    const image = bench.bundle("2.0.0", payload);
    bench.invite(image, bench.md5(image));
    suite.equal("challenge", bench.wanted(), `reply AUTH ${nonce}`);
    bench.answer("admin");
    suite.equal("held back", bench.wanted(), "");
    suite.equal("valve", bench.valve, "closing");
    bench.pass(2900);
    suite.equal("still held back", bench.wanted(), "");
    bench.pass(100);
    suite.equal("safe", bench.wanted(), "reply OK, connect 45002");
    suite.equal("nothing written before", bench.flash.writes, 0);
    bench.connected();
    suite.equal("acknowledged", bench.send(image, 536), image.length);
    bench.pass(2000);
    suite.equal("result", bench.wanted(), "send OK");
    suite.equal("valve afterwards", bench.valve, "closed");
    bench.closed();
    suite.equal("end", bench.wanted(), "restart");
    suite.equal("start", started(suite, bench), "app 1 garden@2.0.0 update");
    const slot = bench.layout.app[1] * 1024;
    const there = suite.bytes.toText(bench.flash.read(image.length, slot));
    suite.equal("flash", there === image, true);
  });

  suite.test("the second update goes to the other slot once the first is confirmed", () => {
    const bench = new UpdateBench(suite, 0);
    const first = bench.bundle("2.0.0", payload);
    bench.enter(first, bench.md5(first));
    bench.send(first, 100);
    bench.pass(2000);
    bench.closed();
    const second = bench.bundle("3.0.0", filler(1500, 19));
    bench.wanted();
    bench.enter(second, bench.md5(second));
    bench.send(second, 1460);
    bench.pass(2000);
    const refused = "reply AUTH 25d55ad283aa400af464c76d713c07ad, reply OK, connect 45002";
    const text = "ERROR[22]: last update is still on trial\n";
    suite.equal("on trial", bench.wanted(), `${refused}, send ${text}, close`);
    bench.journal.append(Record.Confirm);
    bench.enter(second, bench.md5(second));
    bench.send(second, 1460);
    bench.pass(2000);
    bench.closed();
    suite.equal("start", started(suite, bench), "app 0 garden@3.0.0 update");
  });

  suite.test("a wrong password moves nothing", () => {
    const bench = new UpdateBench(suite, 3000);
    const image = bench.bundle("2.0.0", payload);
    bench.invite(image, bench.md5(image));
    bench.wanted();
    bench.answer("daisy");
    suite.equal("answer", bench.wanted(), "reply Authentication Failed");
    bench.answer("admin");
    suite.equal("used up", bench.wanted(), "");
    suite.equal("valve", bench.valve, "open");
    suite.equal("writes", bench.flash.writes, 0);
  });

  suite.test("a valve that does not close refuses the update", () => {
    const bench = new UpdateBench(suite, 60000);
    const image = bench.bundle("2.0.0", payload);
    bench.invite(image, bench.md5(image));
    bench.answer("admin");
    bench.wanted();
    bench.pass(6000);
    suite.equal("answer", bench.wanted(), "reply ERR: closing valve 2 took longer than 5000 ms\n");
    suite.equal("valve", bench.valve, "open");
    suite.equal("writes", bench.flash.writes, 0);
  });

  suite.test("what is damaged on the way never runs", () => {
    const bench = new UpdateBench(suite, 0);
    const image = bench.bundle("2.0.0", payload);
    const damaged = `${image.slice(0, 700)}!${image.slice(701)}`;
    bench.enter(damaged, bench.md5(image));
    bench.wanted();
    bench.send(damaged, 500);
    bench.pass(2000);
    const both = `expected: ${bench.md5(image)}, calculated: ${bench.md5(damaged)}`;
    suite.equal("MD5", bench.wanted(), `send ERROR[7]: MD5 verification failed: ${both}\n, close`);
    bench.enter(damaged, bench.md5(damaged));
    bench.wanted();
    bench.send(damaged, 500);
    bench.pass(2000);
    suite.equal("CRC", bench.wanted(), "send ERROR[20]: bundle CRC-32 is wrong\n, close");
    suite.equal("valve", bench.valve, "open");
    suite.equal("start", started(suite, bench), "app 0 garden@1.0.0 ");
  });

  suite.test("silence, a surplus byte and a closed connection end it", () => {
    const bench = new UpdateBench(suite, 0);
    const image = bench.bundle("2.0.0", payload);
    const md5 = bench.md5(image);
    bench.enter(image, md5);
    bench.send(image.slice(0, 600), 600);
    bench.wanted();
    bench.pass(13000);
    suite.equal("silence", bench.wanted(), "send ERROR[24]: no data for 10000 ms\n, close");
    bench.enter(image, md5);
    bench.send(`${image}!`, 1460);
    bench.wanted();
    bench.pass(2000);
    suite.equal("surplus", bench.wanted(), "send ERROR[5]: Bad Size Given\n, close");
    bench.enter(image, md5);
    bench.send(image, 1460);
    bench.pass(300);
    bench.wanted();
    bench.closed();
    bench.pass(3000);
    suite.equal("closed", bench.wanted(), "");
    suite.equal("valve", bench.valve, "open");
    suite.equal("start", started(suite, bench), "app 0 garden@1.0.0 ");
  });

  suite.test("bytes that are there already are not written again", () => {
    const bench = new UpdateBench(suite, 0);
    const image = bench.bundle("2.0.0", payload);
    bench.enter(image, bench.md5(image));
    bench.send(image, 536);
    bench.pass(100);
    bench.closed();
    const erases = bench.flash.erases;
    const writes = bench.flash.writes;
    bench.enter(image, bench.md5(image));
    suite.equal("acknowledged", bench.send(image, 400), image.length);
    suite.equal("erases", bench.flash.erases - erases, 0);
    suite.equal("writes", bench.flash.writes - writes, 0);
    bench.pass(2000);
    bench.closed();
    suite.equal("start", started(suite, bench), "app 1 garden@2.0.0 update");
  });
}
