import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { espruinoModule } from "../../../src/espruino/build/espruino-modules.js";

// Espruino's site is the world's: a server of the test stands for it.
const files = new Map<string, string>();
let asked: string[] = [];
let server: Server;
let site: string;
let app: string;

beforeEach(async () => {
  app = mkdtempSync(join(tmpdir(), "sluice-modules-"));
  asked = [];
  files.clear();
  files.set("/modules/DS18B20.js", "exports.connect = function () { return 42; };\n");
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const text = files.get(request.url ?? "");
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/modules/`;
});

afterEach(async () => {
  rmSync(app, { recursive: true });
  await new Promise((done) => server.close(done));
});

const lockFile = (): string => join(app, "modules/modules.lock.json");

test("is fetched once, and locked by its SHA-256", async () => {
  const file = await espruinoModule("DS18B20", app, { site });
  expect(file).toBe(join(app, "modules/DS18B20.js"));
  expect(readFileSync(file, "utf8")).toBe(files.get("/modules/DS18B20.js"));
  expect(await espruinoModule("DS18B20", app, { site })).toBe(file);
  expect(asked).toEqual(["/modules/DS18B20.js"]);
  expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toEqual({
    DS18B20: {
      url: `${site}DS18B20.js`,
      sha256: "b8ae6f6355342f990e05ee3d132c96e299877d5886b5f25b16f165c7bb8442d0",
    },
  });
});

test("several at once all stand in the lock", async () => {
  const names = ["A", "B", "C", "D"];
  for (const name of names) files.set(`/modules/${name}.js`, `exports.name = "${name}";`);
  await Promise.all(names.map((name) => espruinoModule(name, app, { site })));
  expect(Object.keys(JSON.parse(readFileSync(lockFile(), "utf8")))).toEqual(names);
});

test("on another machine the lock decides what may be fetched", async () => {
  await espruinoModule("DS18B20", app, { site });
  rmSync(join(app, "modules/DS18B20.js"));
  await espruinoModule("DS18B20", app, { site });
  rmSync(join(app, "modules/DS18B20.js"));
  files.set("/modules/DS18B20.js", "evil();");
  await expect(espruinoModule("DS18B20", app, { site })).rejects.toMatchObject({ code: "MODULE_CHANGED" });
  expect(existsSync(join(app, "modules/DS18B20.js"))).toBe(false);
});

test("a fetched file that was edited is refused, one's own is taken", async () => {
  const file = await espruinoModule("DS18B20", app, { site });
  writeFileSync(file, "exports.connect = 43;");
  await expect(espruinoModule("DS18B20", app, { site })).rejects.toMatchObject({ code: "MODULE_CHANGED" });
  writeFileSync(lockFile(), "{}");
  expect(await espruinoModule("DS18B20", app, { site })).toBe(file);
});

test("what is nowhere, and a site that cannot be reached, say where the file goes", async () => {
  const fault = espruinoModule("NoSuch", app, { site });
  await expect(fault).rejects.toMatchObject({ code: "UNKNOWN_MODULE" });
  await expect(fault).rejects.toThrow(join(app, "modules/NoSuch.js"));
  await expect(fault).rejects.toThrow("404");
  await new Promise((done) => server.close(done));
  await expect(espruinoModule("DS18B20", app, { site })).rejects.toMatchObject({ code: "UNKNOWN_MODULE" });
  expect(existsSync(join(app, "modules"))).toBe(false);
  server.listen(0, "127.0.0.1");
});

test("a damaged lock is an error, not an empty one", async () => {
  mkdirSync(join(app, "modules"));
  writeFileSync(lockFile(), "{");
  await expect(espruinoModule("DS18B20", app, { site })).rejects.toMatchObject({ code: "MODULE_CHANGED" });
  expect(asked).toEqual([]);
});
