import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { main } from "../../../src/cli/main.js";
import { uploadImage } from "../../../src/host/index.js";
import { plain } from "./apps.js";
import { Esp32Board, isSet } from "./esp32-board.js";
import { password } from "./flash-file.js";

const clients = {
  ESPOTA: process.env["ESPOTA"] ?? "",
  ESPOTA_ESP32: process.env["ESPOTA_ESP32"] ?? "",
  ESPOTA_ESP32_2X: process.env["ESPOTA_ESP32_2X"] ?? "",
};
/** Bytes of the 25,000 of the C stack that must never have been touched. */
const spareStack = 5000;
const stackLength = 25_000;

describe.skipIf(!isSet)("push to the emulated ESP32", () => {
  let it: Esp32Board;

  beforeAll(async () => {
    it = await Esp32Board.start(await plain("1.0.0"), { hostname: "seedling" });
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(it.console.slice(-40).join("\n"))));
  afterAll(() => it?.stop());

  async function confirmed(version: string, from: number): Promise<void> {
    expect(await it.wait("confirmed", {}, from)).toMatchObject({ app: `plain@${version}` });
    await it.wait("named", {}, from);
  }

  test("the board has its name, and variables to spare", async () => {
    expect(it.events.find(({ event }) => event === "named")).toMatchObject({ name: "seedling.local" });
    expect(await it.variablesUsed()).toBeLessThan(2300);
  });

  test("uploadImage: a version goes over, runs after the restart and is confirmed", async () => {
    const from = it.events.length;
    const result = await uploadImage({ image: await plain("2.0.0"), to: it.target, password });
    expect(result.authenticated).toBe("md5");
    await confirmed("2.0.0", from);
  });

  test("sluice upload: 20 KB", async () => {
    const from = it.events.length;
    const image = join(it.folder, "plain.app");
    writeFileSync(image, await plain("3.0.0", 20_000));
    writeFileSync(join(it.folder, "password"), `${password}\n`);
    const more = ["--password-file", join(it.folder, "password"), "--quiet"];
    const before = process.exitCode;
    await main(["node", "sluice", "upload", image, "--to", `127.0.0.1:${it.port}`, ...more]);
    expect(process.exitCode ?? 0).toBe(0);
    process.exitCode = before;
    await confirmed("3.0.0", from);
  });

  let version = 3;
  for (const [name, script] of Object.entries(clients))
    test.skipIf(script === "")(`${name}: 16 KB`, async () => {
      const from = it.events.length;
      const file = join(it.folder, "stock.app");
      version++;
      writeFileSync(file, await plain(`${version}.0.0`, 16_000));
      const args = [script, "-i", "127.0.0.1", "-p", String(it.port), "-f", file, "-a", password];
      await promisify(execFile)("python3", args, { timeout: 120_000 });
      await confirmed(`${version}.0.0`, from);
    });

  test("a wrong password changes nothing", async () => {
    const refused = uploadImage({ image: await plain("8.0.0"), to: it.target, password: "daisy" });
    await expect(refused).rejects.toMatchObject({ code: "AUTH_FAILED" });
    const from = it.events.length;
    await uploadImage({ image: await plain("8.0.1"), to: it.target, password });
    await confirmed("8.0.1", from);
  });

  test("a push of 100 KB leaves a fifth of the C stack", async () => {
    const from = it.events.length;
    await uploadImage({ image: await plain("9.0.0", 100_000), to: it.target, password });
    expect(await it.stackUsed()).toBeLessThan(stackLength - spareStack);
    await confirmed("9.0.0", from);
  });

  test("no restart was a panic of the firmware's", () => {
    expect(it.panics).toBe(0);
  });
});
