import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slh_dsa_sha2_128s as slhDsa } from "@noble/post-quantum/slh-dsa.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  parseTrailer,
  type Release,
  trailerHeadLength,
  trailerLength,
} from "../../src/core/bundle/trailer.js";
import { decodeBundle, encodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { buildDevs } from "../support/devs-image.js";
import { buildLittleFs, filler } from "../support/images.js";
import { sluice } from "../support/run-verb.js";

const folder = mkdtempSync(join(tmpdir(), "sluice-keys-"));
const path = (name: string) => join(folder, name);
const image = encodeBundle(
  { kind: 1, engine: 1, family: 2, name: "garden", version: "1.0.0", agentVersion: "", safePins: [] },
  filler(3000),
);

beforeAll(() => {
  vi.stubEnv("SLUICE_KEYS", folder);
  vi.stubEnv("SLUICE_KEY_PASSPHRASE", "correct horse");
  writeFileSync(path("garden.app"), image);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function trailerOf(file: string): Release {
  const bytes = readFileSync(path(file));
  const release = parseTrailer(nodeBytes, bytes.subarray(-trailerLength));
  if (typeof release === "string") throw new Error(release);
  return release;
}

/** Whether the file's signature is one of that key. */
function verifies(file: string, key: string): boolean {
  const bytes = readFileSync(path(file));
  const publicKey = Buffer.from(readFileSync(path(`${key}.pub`), "latin1").split(" ")[0], "hex");
  const trailer = bytes.subarray(-trailerLength);
  const [head, signature] = [trailer.subarray(0, trailerHeadLength), trailer.subarray(trailerHeadLength)];
  return slhDsa.verify(signature, head, publicKey, { context: Buffer.from("sluice release") });
}

test("create, sign, sign again in its place, rotate, revoke", { timeout: 600_000 }, async () => {
  expect(await sluice("keys", "create", "garden")).toMatchObject({
    code: 0,
    out: expect.stringContaining("--trust"),
  });
  expect(statSync(path("garden.key")).mode & 0o777).toBe(0o600);
  expect(await sluice("keys", "create", "garden")).toMatchObject({
    code: 1,
    err: expect.stringContaining("BAD_KEY"),
  });
  const secretive = JSON.parse(readFileSync(path("garden.key"), "utf8")) as { publicKey: string };
  expect(Object.keys(secretive).sort()).toEqual(["created", "name", "publicKey", "secret"]);

  const sign = (...more: string[]) => sluice("sign", path("garden.app"), ...more);
  expect(await sign("--key", "garden", "--counter", "7")).toMatchObject({ code: 0 });
  expect(trailerOf("garden.app")).toMatchObject({
    counter: 7,
    recall: false,
    notAfter: 0,
    name: "garden",
    family: 2,
  });
  expect(Buffer.from(trailerOf("garden.app").nextKey, "latin1").toString("hex")).toBe(secretive.publicKey);
  expect(verifies("garden.app", "garden")).toBe(true);
  expect(decodeBundle(readFileSync(path("garden.app"))).header.name).toBe("garden");
  expect(await sluice("image", path("garden.app"))).toMatchObject({ code: 0 });

  expect(await sluice("keys", "rotate", "garden", "--to", "next")).toMatchObject({ code: 0 });
  await sign("--key", "garden", "--counter", "8", "--recall", "--expires", "2027-01-31");
  expect(readFileSync(path("garden.app"))).toHaveLength(image.length + trailerLength);
  expect(trailerOf("garden.app")).toMatchObject({ counter: 8, recall: true, notAfter: 1_801_439_999 });
  const next = readFileSync(path("next.pub"), "latin1").split(" ")[0];
  expect(Buffer.from(trailerOf("garden.app").nextKey, "latin1").toString("hex")).toBe(next);

  expect(await sluice("keys", "revoke", "garden")).toMatchObject({ code: 0 });
  expect(await sign("--key", "garden", "--counter", "9")).toMatchObject({
    err: expect.stringContaining("KEY_REVOKED"),
  });
  expect((await sluice("keys", "list")).out).toMatch(/^garden .*revoked 20.*\nnext /);
});

test("a wrong pass phrase, none, a key file that others can read, a key that is none", {
  timeout: 600_000,
}, async () => {
  await sluice("keys", "create", "shed");
  const sign = (file = "garden.app", key = "shed") =>
    sluice("sign", path(file), "--key", key, "--counter", "1");
  vi.stubEnv("SLUICE_KEY_PASSPHRASE", "wrong");
  expect(await sign()).toMatchObject({ code: 1, err: expect.stringContaining("WRONG_PASSPHRASE") });
  vi.stubEnv("SLUICE_KEY_PASSPHRASE", "");
  expect(await sign()).toMatchObject({ code: 1, err: expect.stringContaining("NO_PASSPHRASE") });
  vi.stubEnv("SLUICE_KEY_PASSPHRASE", "correct horse");
  chmodSync(path("shed.key"), 0o640);
  expect(await sign()).toMatchObject({ code: 1, err: expect.stringContaining("KEY_FILE_OPEN") });
  writeFileSync(path("text.key"), "hello", { mode: 0o600 });
  expect(await sign("garden.app", "text")).toMatchObject({
    code: 1,
    err: expect.stringContaining("BAD_KEY"),
  });
  expect(await sign("garden.app", "../garden")).toMatchObject({ err: expect.stringContaining("BAD_KEY") });
  expect(await sign("garden.app", "nobody")).toMatchObject({
    err: expect.stringContaining("FILE_NOT_READABLE"),
  });
  chmodSync(path("shed.key"), 0o600);
  writeFileSync(path("page.html"), "<p>no image</p>");
  expect(await sign("page.html")).toMatchObject({ code: 1, err: expect.stringContaining("NOT_SIGNABLE") });
  writeFileSync(path("broken.app"), image.subarray(0, -1));
  expect(await sign("broken.app")).toMatchObject({ code: 1, err: expect.stringContaining("NOT_SIGNABLE") });
  expect(await sluice("sign", path("garden.app"), "--key", "shed", "--counter", "0")).toMatchObject({
    code: 2,
  });
});

test("build signs what it builds, with a pass phrase from a file; without a good one it writes nothing", {
  timeout: 600_000,
}, async () => {
  vi.stubEnv("SLUICE_KEY_PASSPHRASE", "");
  writeFileSync(path("phrase"), "tulip\n");
  writeFileSync(path("other"), "rose\n");
  writeFileSync(path("empty"), "\n");
  expect(await sluice("keys", "create", "press", "--passphrase-file", path("phrase"))).toMatchObject({
    code: 0,
  });
  const build = (phrase: string, ...more: string[]) => {
    const flags = ["--board", "linux", "-o", path("built.app"), "--passphrase-file", path(phrase), "--json"];
    return sluice("build", "test/espruino/build/fixtures/app", ...flags, ...more);
  };
  const terms = ["--sign", "press", "--counter", "3", "--recall", "--expires", "2027-01-31"];
  for (const [phrase, code] of [
    ["other", "WRONG_PASSPHRASE"],
    ["empty", "EMPTY_PASSWORD"],
    ["none", "FILE_NOT_READABLE"],
  ])
    expect(await build(phrase, ...terms)).toMatchObject({ code: 1, err: expect.stringContaining(code) });
  expect(await build("phrase", "--sign", "press")).toMatchObject({ code: 2 });
  expect(await build("phrase", "--counter", "3")).toMatchObject({ code: 2 });
  expect(existsSync(path("built.app"))).toBe(false);
  const built = JSON.parse((await build("phrase", ...terms)).out) as { bytes: number; release: object };
  const release = { counter: 3, recall: true, notAfter: 1_801_439_999 };
  expect(built.release).toMatchObject(release);
  expect(built.bytes).toBe(readFileSync(path("built.app")).length);
  expect(trailerOf("built.app")).toMatchObject({ ...release, name: "fixture", family: 15, kind: 1 });
  expect(verifies("built.app", "press")).toBe(true);
  expect(decodeBundle(readFileSync(path("built.app"))).header.version).toBe("1.2.3");

  writeFileSync(path("garden.devs"), buildDevs({ sealed: true }));
  const signs = ["--key", "press", "--counter", "4", "--passphrase-file", path("phrase")];
  expect(await sluice("sign", path("garden.devs"), ...signs)).toMatchObject({ code: 0 });
  expect(trailerOf("garden.devs")).toMatchObject({ counter: 4, name: "garden", family: 0, kind: 3 });
  expect(await sluice("image", path("garden.devs"))).toMatchObject({ code: 0 });
  writeFileSync(path("nameless.devs"), buildDevs({ config: {} }));
  writeFileSync(path("data.littlefs"), buildLittleFs());
  for (const file of ["nameless.devs", "data.littlefs"])
    expect(await sluice("sign", path(file), ...signs)).toMatchObject({
      code: 1,
      err: expect.stringContaining("NOT_SIGNABLE"),
    });
  vi.stubEnv("SLUICE_KEY_PASSPHRASE", "correct horse");
});

test("boards are given public keys, three at most, and only boards that verify", {
  timeout: 600_000,
}, async () => {
  await sluice("keys", "create", "well");
  const flash = (...trust: string[]) =>
    sluice("flash", "--board", "esp32-devkit", "--dry-run", "--running", "--open", "--trust", ...trust);
  const pub = path("well.pub");
  expect(await flash(pub, pub, pub, pub)).toMatchObject({
    code: 1,
    err: expect.stringContaining("three keys"),
  });
  expect(await flash(path("well.key"))).toMatchObject({ code: 1, err: expect.stringContaining("BAD_KEY") });
  expect(await flash(path("none.pub"))).toMatchObject({ err: expect.stringContaining("FILE_NOT_READABLE") });
  expect(await flash(pub)).toMatchObject({ code: 0, err: "" });
  const native = await sluice("board", "--board", "arduino-esp8266-4m2m", "--open", "--trust", pub);
  expect(native).toMatchObject({ code: 1, err: expect.stringMatching(/NO_ESPRUINO.*verifies no signature/) });
});
