import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { UploadError, uploadImage } from "../../../src/host/index.js";
import { md5Of } from "../../support/core-bundle.js";
import { RoguePeer } from "../../support/rogue-peer.js";
import { boardOfEngine, EngineBoard, engine, password, plain } from "./engine-board.js";

const espotaPy = process.env["ESPOTA"] ?? "";
const board = engine === "" ? linux : boardOfEngine();

async function withEngine(use: (it: EngineBoard) => Promise<void>): Promise<void> {
  const it = await EngineBoard.start(board, await plain(board, "1.0.0"));
  try {
    expect(await it.wait("ready")).toMatchObject({ app: "plain@1.0.0", slot: "a" });
    await use(it);
  } finally {
    await it.stop();
  }
}

const onEngine = test.skipIf(engine === "");

onEngine("on the real engine a new version runs after the restart and confirms itself", async () => {
  await withEngine(async (it) => {
    const result = await uploadImage({ image: await plain(board, "2.0.0"), to: it.target, password });
    expect(result.authenticated).toBe("md5");
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0", slot: "b" });
    const broken = await plain(board, "9.0.0", "throws");
    await uploadImage({ image: broken, to: it.target, password });
    const back = await it.wait("rolled-back");
    expect(back).toMatchObject({ app: "plain@9.0.0", text: "no moisture sensor" });
    const from = it.events.indexOf(back) + 1;
    expect(await it.wait("ready", {}, from)).toMatchObject({ app: "plain@2.0.0", slot: "b" });
  });
});

onEngine("set up as sluice flash does it: PBKDF2, and only our uploader is let in", async () => {
  const it = await EngineBoard.start(board, await plain(board, "1.0.0"), { strictAuth: true });
  try {
    await it.wait("ready");
    const image = await plain(board, "2.0.0");
    const refused = await uploadImage({ image, to: it.target, password: "daisy" }).catch((error) => error);
    expect(refused).toMatchObject({ code: "AUTH_FAILED" });
    const result = await uploadImage({ image, to: it.target, password });
    expect(result.authenticated).toBe("pbkdf2");
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
  } finally {
    await it.stop();
  }
});

onEngine("a wrong password and a silent peer do the real engine no harm", async () => {
  await withEngine(async (it) => {
    const image = await plain(board, "2.0.0");
    const refused = await uploadImage({ image, to: it.target, password: "daisy" }).catch((error) => error);
    expect(refused).toBeInstanceOf(UploadError);
    expect(refused).toMatchObject({ code: "AUTH_FAILED" });
    const peer = await RoguePeer.open(it.target);
    try {
      await peer.enter(image.length, md5Of(image), password);
      expect(await peer.rest(await peer.connection())).toBe("ERROR[24]: no data for 10000 ms\n");
    } finally {
      await peer.close();
    }
    await uploadImage({ image, to: it.target, password });
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
  });
});

onEngine("a process killed in the middle of the image starts with the old version", async () => {
  await withEngine(async (it) => {
    const image = await plain(board, "2.0.0");
    const peer = await RoguePeer.open(it.target);
    try {
      await peer.enter(image.length, md5Of(image), password);
      const socket = await peer.connection();
      socket.write(image.subarray(0, image.length - 20));
      const none = await it.wait("progress", { done: 0 });
      await it.wait("progress", {}, it.events.indexOf(none) + 1);
      const from = await it.powerCycle();
      expect(await it.wait("ready", {}, from)).toMatchObject({ app: "plain@1.0.0", slot: "a" });
    } finally {
      await peer.close();
    }
  });
});

test.skipIf(engine === "" || espotaPy === "")("the real espota.py updates the real engine", async () => {
  await withEngine(async (it) => {
    const file = join(it.folder, "plain-2.app");
    writeFileSync(file, await plain(board, "2.0.0"));
    const args = [espotaPy, "-i", "127.0.0.1", "-p", String(it.port), "-f", file, "-a", password];
    await promisify(execFile)("python3", args, { timeout: 60_000 });
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0", slot: "b" });
  });
});
