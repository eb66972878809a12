import { uploadImage } from "../src/host/index.js";
import { password } from "../test/engines/espruino/engine-board.js";
import { md5Of } from "../test/support/core-bundle.js";
import { RoguePeer } from "../test/support/rogue-peer.js";
import { likeEsp32 } from "./size-board.js";
import { sizeBudget } from "./size-budget.js";
import type { SizeTable } from "./size-bytes.js";
import type { Engine } from "./size-engines.js";
import { blink, imageOf, Measured, pause } from "./size-run.js";
import { whole } from "./table.js";

/** Good updates, then twice each failure. */
const good = 40;
const rounds = 2;

type Failure = (it: Measured, image: Uint8Array) => Promise<void>;

const wrongMd5: Failure = async (it, image) => {
  await rogue(it, async (peer) => {
    await peer.enter(image.length, md5Of("another image"), password);
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
    await peer.enter(image.length, md5Of(image), password);
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
/** After so long nothing of an update is kept for whoever comes back. */
const forgottenMs = 65_000;

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
  // More than a chip has: what is left behind must not be hidden by what runs out.
  const variables = engine.most > 0 ? engine.most : engine.variables;
  const program = { path: engine.path, env: { ESPRUINO_VARS: `${variables}` } };
  const it = await Measured.start(likeEsp32, blink, "push", program, "nothing");
  try {
    await it.settle();
    const used = async (): Promise<number> => (await it.used()) - engine.staged;
    const atFirst = await used();
    let first = atFirst;
    const row = (when: string, now: number): number => {
      rows.push(`| ${when} | ${whole(now)} | ${now - first} |`);
      return now;
    };
    for (let nth = 1; nth <= good; nth++) {
      // As long a name each time.
      const result = await it.update(await imageOf(likeEsp32, blink, `1.0.${nth + 9}`, 16384));
      if (result !== "ok") throw new Error(`update ${nth}: ${result}; ${lastOf(it)}`);
      if (nth > 1) continue;
      await pause(2000);
      // From the version that a cable brought its boot differs: it has been on trial.
      first = await used();
      row("before any update", atFirst);
      row("after one", first);
    }
    await pause(2000);
    const leftByGood = row(`after ${good}`, await used()) - first;
    if (leftByGood > sizeBudget.left) over.push(`updates leave ${leftByGood} variables`);
    const image = await imageOf(likeEsp32, blink, "9.0.0", 16384);
    const left: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      await wrongPassword(it, image);
      for (const fail of failures) await fail(it, image);
      await pause(forgottenMs);
      left.push(row(`after ${good + round * failures.length}, all failed since`, await used()));
    }
    const [once = 0, again = 0] = left;
    if (again > once + sizeBudget.left) over.push(`failed updates leave ${again - once} variables`);
  } finally {
    await it.stop();
  }
  const text = [
    `### Left behind, pushed blink of 16 KB: Espruino ${engine.version}, ${whole(variables)} variables of ${engine.block} bytes`,
    "",
    "| when | variables in use | more than at first |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  return { text, over };
}
