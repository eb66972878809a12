import { uploadImage } from "../src/host/index.js";
import { password } from "../test/engines/espruino/engine-board.js";
import { md5, RoguePeer } from "../test/support/rogue-peer.js";
import { likeEsp32 } from "./size-board.js";
import type { SizeTable } from "./size-bytes.js";
import type { Engine } from "./size-engines.js";
import { blink, imageOf, Measured, pause } from "./size-run.js";
import { whole } from "./table.js";

/** Good updates before each round of failures, and the failures of a round. */
const good = 20;
const rounds = 2;

type Failure = (it: Measured, image: Uint8Array) => Promise<void>;

const wrongMd5: Failure = async (it, image) => {
  await rogue(it, async (peer) => {
    await peer.enter(image.length, md5("another image"), password);
    const socket = await peer.connection();
    const rest = peer.rest(socket);
    socket.write(image);
    const said = await rest;
    if (!said.includes("MD5")) throw new Error(`to a wrong MD5 the board said ${said}`);
  });
};

const cutConnection: Failure = async (it, image) => {
  const from = it.it.events.length;
  await rogue(it, async (peer) => {
    await peer.enter(image.length, md5(image), password);
    const socket = await peer.connection();
    await new Promise((done) => socket.write(image.subarray(0, image.length / 2), done));
    await it.it.wait("progress", {}, from);
    socket.destroy();
    await it.it.wait("error", {}, from);
  });
};

const tooLarge: Failure = (it) => refused(it, new Uint8Array(0x100000), password);
const notAnImage: Failure = (it) => refused(it, new Uint8Array(5000).fill(0x41), password);
const wrongPassword: Failure = (it, image) => refused(it, image, "daisy");
const damaged: Failure = (it, image) => {
  const bytes = image.slice();
  bytes[bytes.length - 10] ^= 1;
  return refused(it, bytes, password);
};

const failures: readonly Failure[] = [wrongMd5, cutConnection, tooLarge, notAnImage, damaged];
/** Not counted among the updates: it does not come to one. */
const before: readonly Failure[] = [wrongPassword];

async function rogue(it: Measured, use: (peer: RoguePeer) => Promise<void>): Promise<void> {
  const peer = await RoguePeer.open(it.it.target);
  try {
    await use(peer);
  } finally {
    await peer.close();
  }
}

async function refused(it: Measured, image: Uint8Array, word: string): Promise<void> {
  const done = await uploadImage({ image, to: it.it.target, password: word }).then(
    () => true,
    () => false,
  );
  if (done) throw new Error("an image that had to be refused was taken");
}

function lastOf(it: Measured): string {
  return it.it.events
    .slice(-6)
    .map((event) => JSON.stringify(event))
    .join(" ");
}

/** Variables that fifty updates leave in use, ten of them failing, without and with a restart behind them. */
export async function fiftyTable(engine: Engine): Promise<SizeTable> {
  const over: string[] = [];
  const rows: string[] = [];
  const program = { path: engine.path };
  const it = await Measured.start(likeEsp32, blink, "push", program, "nothing");
  try {
    await it.settle();
    const first = await it.used();
    const row = (when: string, used: number): void => {
      rows.push(`| ${when} | ${whole(used)} | ${used - first} |`);
    };
    row("before the first", first);
    let nth = 0;
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < good; i++) {
        nth++;
        const result = await it.update(await imageOf(likeEsp32, blink, `1.0.${nth}`, 16384));
        if (result !== "ok") throw new Error(`update ${nth}: ${result}; ${lastOf(it)}`);
      }
      await pause(2000);
      const fresh = await it.used();
      row(`after ${nth} updates`, fresh);
      const image = await imageOf(likeEsp32, blink, "9.0.0", 16384);
      for (const fail of [...before, ...failures]) await fail(it, image);
      nth += failures.length;
      // Until the challenges are forgotten and the equipment's minute is over.
      await pause(65_000);
      const left = await it.used();
      row(`after ${nth}, the last ${failures.length} failed`, left);
      if (left > fresh) over.push(`failed updates leave ${left - fresh} variables`);
    }
  } finally {
    await it.stop();
  }
  const text = [
    `### Left behind, pushed blink of 16 KB: Espruino ${engine.version}, ${whole(engine.variables)} variables of ${engine.block} bytes`,
    "",
    "| when | variables in use | more than at first |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  return { text, over };
}
