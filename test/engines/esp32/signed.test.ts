import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { uploadImage } from "../../../src/host/index.js";
import { type KeyPair, newKeyPair, signRelease } from "../../../src/host/keys/sign-release.js";
import { plain } from "./apps.js";
import { Esp32Board, isSet } from "./esp32-board.js";
import { password } from "./flash-file.js";

/** Bytes of comment in a release. */
const comment = 4000;
/** Of 25,000. */
const mostStack = 20_000;
/** From the last byte to the result, by the board's clock; on a busy computer that clock runs on while the board waits. */
const mostSeconds = 30;
/** For the console: how long the board takes from the last byte of an image to what it thinks of it. */
const stopwatch = `var at;E.on("sluice",function(e){if(e.event=="progress")at=getTime();\
if(e.event=="verified"||e.event=="error")print('sluice {"event":"took","seconds":'+(getTime()-at)+'}')})`;

describe.skipIf(!isSet)("signed releases on the emulated ESP32", () => {
  let it: Esp32Board;
  let owner: KeyPair;

  beforeAll(async () => {
    owner = newKeyPair();
    const trust = [Buffer.from(owner.publicKey).toString("hex")];
    it = await Esp32Board.start(await plain("1.0.0"), { trust });
    it.type(stopwatch);
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(it.console.slice(-40).join("\n"))));
  afterAll(() => it?.stop());

  const release = async (version: string, keys: KeyPair, counter: number) =>
    signRelease(await plain(version, comment), keys, { counter });

  async function refused(image: Uint8Array, code: string): Promise<void> {
    await expect(uploadImage({ image, to: it.target, password })).rejects.toMatchObject({ code });
  }

  test("without a signature, and with one by a strange key: refused", async () => {
    await refused(await plain("2.0.0"), "NOT_SIGNED");
    await refused(await release("2.0.0", newKeyPair(), 2), "KEY_UNKNOWN");
  });

  test("with one bit of the signature the other way: refused", async () => {
    const bad = await release("2.0.0", owner, 2);
    // The middle of the signature: half of the work is done before the board can know.
    bad[bad.length - 4000] = (bad[bad.length - 4000] ?? 0) ^ 1;
    await refused(bad, "BAD_SIGNATURE");
  });

  test("by the owner's key: verified by the board, committed and confirmed", async () => {
    const from = it.events.length;
    await uploadImage({ image: await release("2.0.0", owner, 2), to: it.target, password });
    await it.wait("committed", {}, from);
    const { seconds } = await it.wait("took", {}, from);
    console.log(`a signature takes ${Number(seconds).toFixed(2)} s of the board's time`);
    expect(seconds).toBeLessThan(mostSeconds);
    expect(await it.stackUsed()).toBeLessThan(mostStack);
    expect(await it.wait("confirmed", {}, from)).toMatchObject({ app: "plain@2.0.0" });
    await it.wait("named", {}, from);
  });

  test("an older release: refused", async () => {
    await refused(await release("1.5.0", owner, 1), "OLDER_RELEASE");
  });
});
