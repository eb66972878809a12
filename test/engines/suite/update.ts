import { BundleSlots } from "../../../src/core/bundle/slots.js";
import { chooseBoot, StartReason } from "../../../src/core/update/boot.js";
import { Journal, JournalRecord } from "../../../src/core/update/journal.js";
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
  const choice = chooseBoot(
    journal,
    StartReason.Restart,
    sound,
    () => true,
    () => -1,
  );
  const header = choice.app < 0 ? undefined : slots.app(choice.app);
  const name = header === undefined ? "none" : `${header.name}@${header.version}`;
  return `app ${choice.app} ${name} ${choice.why}`;
}

/** An update by espota, from the invitation to what starts next. */
export function update(suite: Suite): void {
  const payload = filler(90, 17);

  const bench = new UpdateBench(suite, 3000);
  const image = bench.bundle("2.0.0", payload);
  const md5 = bench.md5(image);
  suite.test("an update goes from invitation to restart", () => {
    bench.invite(image, md5);
    suite.equal("challenge", bench.wanted(), `reply AUTH ${nonce}`);
    bench.answer("admin");
    suite.equal("held back", bench.wanted(), "");
    suite.equal("valve", bench.valve.state, "closing");
    bench.pass(2900);
    suite.equal("still held back", bench.wanted(), "");
    bench.pass(100);
    suite.equal("safe", bench.wanted(), "reply OK, connect 45002");
    suite.equal("nothing written before", bench.flash.writes, 0);
    bench.connected();
    suite.equal("acknowledged", bench.send(image, 268), image.length);
    bench.pass(2000);
    suite.equal("result", bench.wanted(), "send OK");
    suite.equal("valve afterwards", bench.valve.state, "closed");
    bench.closed();
    suite.equal("end", bench.wanted(), "restart");
  });

  suite.test("and it is what starts next", () => {
    suite.equal("start", started(suite, bench), "app 1 garden@2.0.0 update");
    const slot = bench.layout.app[1] * 1024;
    const there = suite.bytes.toText(bench.flash.read(image.length, slot));
    suite.equal("flash", there === image, true);
  });

  const second = bench.bundle("3.0.0", filler(1000, 19));
  suite.test("on trial, the board takes no other", () => {
    bench.enter(second, bench.md5(second));
    bench.wanted();
    bench.send(second, 1460);
    bench.pass(2000);
    suite.equal("on trial", bench.wanted(), "send ERROR[22]: last update is still on trial\n, close");
  });

  suite.test("confirmed, it does, into the other slot", () => {
    bench.journal.open();
    bench.journal.append(JournalRecord.Confirm);
    bench.enter(second, bench.md5(second));
    suite.equal("acknowledged", bench.send(second, 1460), second.length);
    bench.pass(2000);
    bench.closed();
  });

  suite.test("and that is what starts then", () => {
    suite.equal("start", started(suite, bench), "app 0 garden@3.0.0 update");
  });

  suite.test("a wrong password moves nothing", () => {
    const board = new UpdateBench(suite, 3000);
    board.invite(image, md5);
    board.wanted();
    board.answer("daisy");
    suite.equal("answer", board.wanted(), "reply Authentication Failed");
    board.answer("admin");
    suite.equal("used up", board.wanted(), "");
    suite.equal("valve", board.valve.state, "open");
    suite.equal("writes", board.flash.writes, 0);
  });

  suite.test("a valve that does not close refuses the update", () => {
    const board = new UpdateBench(suite, 60000);
    board.invite(image, md5);
    board.answer("admin");
    board.wanted();
    board.pass(6000);
    suite.equal("answer", board.wanted(), "reply ERR: closing valve 2 took longer than 5000 ms\n");
    suite.equal("valve", board.valve.state, "open");
    suite.equal("writes", board.flash.writes, 0);
  });

  suite.test("what was damaged on the way is not what was announced", () => {
    const board = new UpdateBench(suite, 0);
    const damaged = `${image.slice(0, 300)}!${image.slice(301)}`;
    board.enter(damaged, md5);
    board.wanted();
    board.send(damaged, 200);
    board.pass(2000);
    const refused = `send ERROR[7]: MD5 verification failed: expected: ${md5}, calculated: `;
    suite.equal("result", board.wanted().slice(0, refused.length), refused);
    suite.equal("valve", board.valve.state, "open");
  });

  suite.test("what was damaged before it was image never runs", () => {
    const board = new UpdateBench(suite, 0);
    const damaged = `${image.slice(0, 300)}!${image.slice(301)}`;
    board.enter(damaged, board.md5(damaged));
    board.wanted();
    board.send(damaged, 200);
    board.pass(2000);
    const sum = suite.crypto.sha256Hex === undefined ? "CRC-32" : "SHA-256";
    suite.equal("sum", board.wanted(), `send ERROR[20]: bundle ${sum} is wrong\n, close`);
    suite.equal("start", started(suite, board), "app 0 garden@1.0.0 ");
  });

  suite.test("silence ends it", () => {
    const board = new UpdateBench(suite, 0);
    board.enter(image, md5);
    board.send(image.slice(0, 300), 300);
    board.wanted();
    board.pass(13000);
    suite.equal("result", board.wanted(), "send 300, send ERROR[24]: no data for 10000 ms\n, close");
    suite.equal("valve", board.valve.state, "open");
  });

  suite.test("a surplus byte ends it", () => {
    const board = new UpdateBench(suite, 0);
    board.enter(image, md5);
    board.send(`${image}!`, 1460);
    board.wanted();
    board.pass(2000);
    suite.equal("result", board.wanted(), "send ERROR[5]: Bad Size Given\n, close");
    suite.equal("start", started(suite, board), "app 0 garden@1.0.0 ");
  });

  let broken = bench;
  suite.test("a connection that closes before the result ends it", () => {
    broken = new UpdateBench(suite, 0);
    broken.enter(image, md5);
    broken.send(image, 1460);
    broken.pass(300);
    broken.wanted();
    broken.closed();
    broken.pass(1000);
    suite.equal("result", broken.wanted(), "");
    suite.equal("start", started(suite, broken), "app 0 garden@1.0.0 ");
  });

  suite.test("whole blocks that are there already are not written again", () => {
    broken.enter(second, bench.md5(second));
    broken.send(second, 1460);
    broken.closed();
    const erases = broken.flash.erases;
    const writes = broken.flash.writes;
    broken.enter(second, bench.md5(second));
    suite.equal("acknowledged", broken.send(second, 150), second.length);
    suite.equal("erases", broken.flash.erases - erases, 1);
    suite.equal("writes", broken.flash.writes - writes, 1);
  });
}
