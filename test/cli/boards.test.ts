import { expect, test } from "vitest";
import { boards } from "../../boards/index.js";
import { packageVersion } from "../../src/node/package-root.js";
import { sluice } from "../support/run-verb.js";

test("sluice boards lists every board once", async () => {
  const { out, code } = await sluice("boards");
  const [, ...rows] = out.trimEnd().split("\n");
  expect(code).toBe(0);
  expect(rows.map((row) => row.split(" ")[0])).toEqual(boards.map(({ id }) => id));
  expect(rows[0]).toMatch(/^esp32-devkit +Espruino +4 MB +ESP32-DevKitC/);
});

test("and for scripts", async () => {
  const { out } = await sluice("boards", "--json");
  const list: readonly { id: string; engine: string }[] = JSON.parse(out);
  expect(list).toHaveLength(boards.length);
  expect(list.find(({ id }) => id === "esp32c3-devicescript")).toMatchObject({
    engine: "DeviceScript",
    chip: "esp32c3",
    flashSize: 0x400000,
  });
  expect(list.find(({ id }) => id === "arduino-esp8266-4m1m")?.engine).toBe("Arduino");
});

test("--version is Sluice's; a verb that there is not suggests one, without all of the help", async () => {
  expect(await sluice("--version")).toEqual({ code: 0, out: `${packageVersion()}\n`, err: "" });
  const wrong = await sluice("uplod", "garden.app");
  expect(wrong.code).toBe(2);
  expect(wrong.err.split("\n")).toEqual([
    "error: unknown command 'uplod'",
    "(Did you mean upload?)",
    "--help shows what there is.",
    "",
  ]);
});
