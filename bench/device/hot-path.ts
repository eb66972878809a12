import { AttemptLimiter } from "../../src/core/attempts.js";
import { Authenticator } from "../../src/core/auth.js";
import { BundleTarget } from "../../src/core/bundle-target.js";
import { defaultTimes, EspotaSession } from "../../src/core/espota-session.js";
import { Journal } from "../../src/core/journal.js";
import { SafeState } from "../../src/core/safe-state.js";
import { UpdateRun } from "../../src/core/update-run.js";
import { Updater } from "../../src/core/updater.js";
import { engineBytes } from "../../src/espruino/device/engine-bytes.js";
import { engineCrypto } from "../../src/espruino/device/engine-crypto.js";
import { storeFlash, storeOfBoard } from "../../src/espruino/device/engine-flash.js";
import { EspotaListener } from "../../src/espruino/device/listener.js";
import { digestOf } from "./digests.js";
import { FakeSocket, fakeNet } from "./fake-net.js";

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
    tcp.emit("data", piece(offset), undefined);
    tcp.said = [];
  }
}

/** Feeds whoever takes one piece after the other. */
function feedTo(take: (data: string) => void): void {
  const tcp = new FakeSocket();
  tcp.on("data", (data) => take(data as string));
  feed(tcp);
}

const buffer = new Uint8Array(BOARD_TCP_CHUNK);

function path(): void {
  let now = 0;
  const journal = new Journal(engineBytes, engineCrypto, storeFlash, storeOfBoard.journal);
  journal.open();
  const crypto = {
    md5: () => digestOf(BENCH_DIGEST, BENCH_MD5, buffer),
    crc32: engineCrypto.crc32,
    sha256Hex: engineCrypto.sha256Hex,
  } as typeof engineCrypto;
  const options = { engine: 1, family: BOARD_FAMILY, agentVersion: "1.0.0" };
  const target = new BundleTarget(engineBytes, crypto, storeFlash, storeOfBoard, journal, options);
  const run = new UpdateRun(
    new Updater(engineBytes, crypto, [target]),
    new SafeState(),
    () => undefined,
    () => undefined,
  );
  const session = new EspotaSession(
    new Authenticator(engineBytes, crypto, { hex: () => "" }, "md5", { md5: "", sha256: "" }),
    new AttemptLimiter(),
    run,
    defaultTimes,
    () => false,
    () => undefined,
  );
  const udp = new FakeSocket();
  const tcp = new FakeSocket();
  fakeNet(udp, tcp);
  const nothing = (): void => {};
  const clock = { now: () => now };
  const listener = new EspotaListener(session, clock, { restart: nothing, wake: nothing });
  listener.bind(3232, nothing);
  udp.emit("message", `0 45002 ${BENCH_BYTES} ${BENCH_MD5}\n`, { address: "10.0.0.2", port: 40001 });
  feed(tcp);
  for (let i = 0; i < 30 && tcp.said.length === 0; i++) {
    now += 100;
    listener.tick();
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
  const digest = digestOf(BENCH_DIGEST, BENCH_MD5, buffer);
  feedTo((data) => digest.update(engineBytes.fromText(data)));
  print(`#result ${digest.hex()}`);
} else {
  path();
}
print(`#us ${(getTime() - before) * 1000000}`);
