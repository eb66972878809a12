import { BundleTarget } from "../../src/core/bundle/target.js";
import { type Action, defaultTimes } from "../../src/core/espota/actions.js";
import { EspotaTransfer } from "../../src/core/espota/transfer.js";
import type { Chunk, Crypto } from "../../src/core/ports.js";
import { receivingOf } from "../../src/core/update/image-receiver.js";
import { Journal } from "../../src/core/update/journal.js";
import { SafeState } from "../../src/core/update/safe-state.js";
import { Update } from "../../src/core/update/update.js";
import { engineBytes } from "../../src/espruino/device/ports/bytes.js";
import { crc32, sha256Hex } from "../../src/espruino/device/ports/crypto.js";
import { storeFlash, storeOfBoard } from "../../src/espruino/device/ports/flash.js";
import { digestOf } from "./digests.js";
import { FakeSocket } from "./fake-socket.js";

/** "feed": the pieces come and are let go; "digest": they are hashed; "path": they go through all of an update. */
declare const BENCH_WORK: string;
declare const BENCH_DIGEST: string;
/** Bytes of the image, which is a bundle in Storage's file "image". */
declare const BENCH_BYTES: number;
/** Bytes of a 'data' event. */
declare const BENCH_CHUNK: number;
declare const BENCH_MD5: string;

/** A string of the engine's own memory, as sockets hand it out; what Storage answers is a window onto flash. */
function piece(offset: number): string {
  const length = BENCH_BYTES - offset < BENCH_CHUNK ? BENCH_BYTES - offset : BENCH_CHUNK;
  return `${require("Storage").read("image", offset, length)}`;
}

function feed(tcp: FakeSocket): void {
  for (let offset = 0; offset < BENCH_BYTES; offset += BENCH_CHUNK) {
    tcp.emit("data", piece(offset));
    tcp.said = [];
  }
}

/** Feeds whoever takes one piece after the other. */
function feedTo(take: (data: string) => void): void {
  const tcp = new FakeSocket();
  tcp.on("data", (data) => take(data as string));
  feed(tcp);
}

/** What the agent's part for a transfer does (src/espruino/device/parts/push.ts), without a peer. */
function path(): void {
  let now = 0;
  const journal = new Journal(engineBytes, { crc32: crc32 }, storeFlash, storeOfBoard.journal);
  journal.open();
  const crypto: Crypto = {
    md5: () => digestOf(BENCH_DIGEST, BENCH_MD5),
    crc32: crc32,
    sha256Hex: sha256Hex,
  };
  const options = { engine: 1, family: BOARD_FAMILY, agentVersion: "1.0.0" };
  const target = new BundleTarget(engineBytes, crypto, storeFlash, storeOfBoard, journal, options);
  const receiving = receivingOf(engineBytes, crypto, [target]);
  const run = new Update({
    capacity: receiving.capacity,
    receiver: receiving.receiver,
    safe: new SafeState(),
    policy: () => undefined,
    notify: () => undefined,
  });
  const transfer = new EspotaTransfer(
    run,
    defaultTimes,
    () => false,
    () => undefined,
  );
  const tcp = new FakeSocket();
  function perform(actions: Action[]): void {
    for (let i = 0; i < actions.length; i++) {
      const action = actions[i];
      if (action.do === "send") tcp.write(action.text);
      else if (action.do === "connect") perform(transfer.onConnected(now));
    }
  }
  tcp.on("data", (data) => {
    const number = transfer.onData(data as unknown as Chunk);
    if (number > 0) tcp.write(`${number}`);
  });
  const invitation = { command: 0, port: 45002, size: BENCH_BYTES, md5: BENCH_MD5, needsGap: true };
  perform(transfer.accept(now, invitation, { address: "10.0.0.2", port: 40001 }));
  feed(tcp);
  for (let i = 0; i < 30 && tcp.said.length === 0; i++) {
    now += 100;
    perform(transfer.tick(now));
  }
  print(`#result ${tcp.said.join()}`);
}

const before = getTime();
if (BENCH_WORK === "feed") {
  let total = 0;
  feedTo((data) => {
    total += data.length;
  });
  print(`#result ${total}`);
} else if (BENCH_WORK === "digest") {
  const digest = digestOf(BENCH_DIGEST, BENCH_MD5);
  feedTo((data) => digest.update(engineBytes.fromText(data)));
  print(`#result ${digest.hex()}`);
} else {
  path();
}
print(`#us ${(getTime() - before) * 1000000}`);
