import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { uploadImage } from "../../../src/host/index.js";
import { newKeyPair, signRelease } from "../../../src/host/keys/sign-release.js";
import { boardOfEngine, EngineBoard, engine, password, plain } from "./engine-board.js";

const board = engine === "" ? linux : boardOfEngine();

test.skipIf(engine === "")(
  "the real engine verifies a signature, takes the release, and refuses one bit the other way, a strange key, an older one",
  { timeout: 400_000 },
  async () => {
    const owner = newKeyPair();
    const second = newKeyPair();
    const image = await plain(board, "2.0.0");
    const release2 = signRelease(image, owner, { counter: 2, nextKey: second.publicKey });
    const release3 = signRelease(await plain(board, "3.0.0"), second, { counter: 3 });
    const bad = Uint8Array.from(release2);
    bad[bad.length - 4000] ^= 1;
    const trust = [Buffer.from(owner.publicKey).toString("hex")];
    const it = await EngineBoard.start(board, await plain(board, "1.0.0"), { trust });
    const refused = (sent: Uint8Array) =>
      uploadImage({ image: sent, to: it.target, password }).then(
        () => "taken",
        ({ code }: { code: string }) => code,
      );
    try {
      await it.wait("ready");
      expect(await refused(image)).toBe("NOT_SIGNED");
      expect(await refused(bad)).toBe("BAD_SIGNATURE");
      expect(await refused(release3)).toBe("KEY_UNKNOWN");
      await uploadImage({ image: release2, to: it.target, password });
      const taken = await it.wait("confirmed", { app: "plain@2.0.0" });
      await uploadImage({ image: release3, to: it.target, password });
      await it.wait("confirmed", { app: "plain@3.0.0" }, it.events.indexOf(taken) + 1);
      expect(await refused(release2)).toBe("OLDER_RELEASE");
    } finally {
      await it.stop();
    }
  },
);
