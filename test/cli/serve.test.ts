import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { addDevices } from "../../src/cli/devices.js";
import { addImages } from "../../src/cli/images.js";
import { addServe } from "../../src/cli/serve.js";
import { doorBin, gardenApp } from "../server/support/images.js";
import { runVerb } from "../support/run-verb.js";

const support = join(import.meta.dirname, "../server/support");
let root = "";
let folder = "";
let count = 0;
beforeAll(() => {
  // A database of the developer's own is not for these tests.
  vi.stubEnv("DATABASE_URL", "");
  root = mkdtempSync(join(tmpdir(), "sluice-cli-serve-"));
});
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

describe("sluice serve", () => {
  const refused = async (...flags: string[]): Promise<string> => {
    try {
      await runVerb(addServe, "serve", folder, "--port", "0", "--bind", "127.0.0.1", ...flags);
    } catch (error) {
      return `${(error as { code?: string }).code}: ${(error as Error).message}`;
    }
    return "it runs";
  };

  test("without any secret it does not start", async () => {
    expect(await refused()).toMatch(/^NO_SERVER_SECRET: /);
  });

  test("what cannot be meant is said", async () => {
    expect(await refused("--token-file", join(root, "none"))).toMatch(/^FILE_NOT_READABLE: /);
    expect(await refused("--token-file", file("short", "abc\n"))).toMatch(/^BAD_SERVER_CONFIG: .*16 signs/);
    expect(await refused("--token-file", file("empty", "# nothing\n"))).toMatch(/^BAD_SERVER_CONFIG: /);
    expect(await refused("--user", "gardener", "--password-file", file("one", "x\n"))).toMatch(
      /^BAD_SERVER_CONFIG: .*fewer than 8 characters/,
    );
    const odd = await refused("--open", "--database", "postgres://x:se@cr/et@127.0.0.1:1/x");
    expect(odd).toMatch(/^DATABASE_UNREACHABLE: /);
    expect(odd).not.toMatch(/cr\/et|se@/);
    expect(await refused("--user", "gardener")).toMatch(/^BAD_SERVER_CONFIG: .*no password/);
    expect(await refused("--open", "--cert", join(support, "test-cert.pem"))).toMatch(
      /^BAD_SERVER_CONFIG: .*both/,
    );
    expect(
      await refused("--open", "--cert", file("c", "no cert"), "--key", join(support, "test-key.pem")),
    ).toMatch(/^BAD_SERVER_CONFIG: .*do not make a certificate/);
    for (const secret of ["secret", "part@secret"])
      expect(await refused("--open", "--database", `postgres://x:${secret}@127.0.0.1:1/x`)).toMatch(
        /^DATABASE_UNREACHABLE: The database postgres:\/\/127\.0\.0\.1:1\/x cannot be used: (?!.*secret)/,
      );
  });

  test.each([
    ['{"port": "80"}', '"port" is not known'],
    ['{"password": "x"}', '"password" is not known'],
    ['{"devices": {"18FE": {}}}', '"18FE" is not a MAC address'],
    ['{"devices": {"18FEAA0B0C0D": {"token": "x"}}}', '"token" of 18FEAA0B0C0D'],
    ['{"devices": {"18FEAA0B0C0D": {"channel": "../x"}}}', '"channel" of 18FEAA0B0C0D'],
    ["[]", "the file is not an object"],
    ["{", "JSON"],
  ])("settings %s", async (text, words) => {
    const answer = await refused("--config", file("config.json", text));
    expect(answer).toMatch(/^BAD_SERVER_CONFIG: /);
    expect(answer).toContain(words);
  });

  test("runs over HTTPS with its settings from a file, and ends at a signal", async () => {
    writeFileSync(join(folder, "garden.app"), gardenApp);
    const config = file(
      "serve.json",
      JSON.stringify({
        port: 0,
        bind: "127.0.0.1",
        tokenFile: file("tokens", "# for all\na-token-for-everyone\n"),
        cert: join(support, "test-cert.pem"),
        key: join(support, "test-key.pem"),
        devices: { "18feaa0b0c0d": { name: "door", product: "door", version: "1.2.0" } },
      }),
    );
    const cli = join(import.meta.dirname, "../../bin/sluice.js");
    const child = spawn(process.execPath, [cli, "serve", folder, "--config", config, "--json"], {
      env: { ...process.env, DATABASE_URL: "" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    try {
      const { port } = await readyLine(child.stdout);
      const answer = await new Promise<string>((resolve, reject) => {
        const asking = request(
          {
            port,
            host: "127.0.0.1",
            path: "/api/devices",
            ca: readFileSync(join(support, "test-cert.pem")),
            headers: { authorization: "Bearer a-token-for-everyone" },
            timeout: 10_000,
          },
          (response) => {
            let text = "";
            response.on("data", (piece) => {
              text += piece;
            });
            response.on("end", () => resolve(text));
          },
        );
        asking.on("error", reject).end();
      });
      expect(JSON.parse(answer)).toMatchObject([{ mac: "18:FE:AA:0B:0C:0D", name: "door", pinned: "1.2.0" }]);
      // The table is written to beside the running server.
      const { out } = await runVerb(
        addDevices,
        "devices",
        "set",
        "18FEAA0B0C0D",
        "--dir",
        folder,
        "--pin",
        "",
        "--json",
      );
      expect(JSON.parse(out)).toMatchObject({ name: "door", pinned: null });
    } finally {
      child.kill("SIGTERM");
    }
    expect(await exit).toEqual([0, null]);
  });
});

/** Reads lines of JSON until the server is ready. */
function readyLine(stream: NodeJS.ReadableStream): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (piece) => {
      text += String(piece);
      for (const line of text.split("\n").slice(0, -1)) {
        const event = JSON.parse(line) as { event: string; port: number };
        if (event.event === "ready") resolve(event);
      }
    });
    stream.on("end", () => reject(new Error(`ended without being ready: ${text}`)));
  });
}

describe("sluice devices", () => {
  const run = async (...args: string[]): Promise<string> =>
    (await runVerb(addDevices, "devices", ...args, "--dir", folder)).out;

  test("a board's way through the table", async () => {
    expect(await run("list")).toBe("No boards yet.\n");
    expect(
      await run("set", "18-fe-aa-0b-0c-0d", "--name", "door", "--product", "door", "--pin", "1.2.0"),
    ).toMatch(/^MAC .*\n18:FE:AA:0B:0C:0D {2}door {2}door {6}\(held at 1\.2\.0\) {2}stable {3}never\n$/);
    await run("set", "18FEAA0B0C0D", "--channel", "beta", "--blocked", "yes", "--board", "esp32c3-devkit");
    expect(JSON.parse(await run("list", "--json"))).toMatchObject([
      {
        mac: "18:FE:AA:0B:0C:0D",
        name: "door",
        channel: "beta",
        blocked: true,
        board: "esp32c3-devkit",
        ownToken: false,
      },
    ]);
    const token = (await run("token", "18FEAA0B0C0D")).trim();
    expect(token).toMatch(/^[\w-]{32}$/);
    const listed = await run("list", "--json");
    expect(listed).toContain('"ownToken":true');
    expect(listed).not.toContain(token);
    expect(await run("token", "18FEAA0B0C0D", "--remove")).toContain("no token of its own");
    expect(await run("remove", "18FEAA0B0C0D")).toBe("18:FE:AA:0B:0C:0D is forgotten.\n");
    await expect(run("remove", "18FEAA0B0C0D")).rejects.toMatchObject({ code: "UNKNOWN_DEVICE" });
  });

  test("what cannot be meant is said", async () => {
    await expect(run("set", "door")).rejects.toMatchObject({ code: "UNKNOWN_DEVICE" });
    await expect(run("set", "18FEAA0B0C0D", "--board", "toaster")).rejects.toMatchObject({
      code: "UNKNOWN_BOARD",
    });
    await expect(run("set", "18FEAA0B0C0D", "--product", "a/b")).rejects.toMatchObject({
      code: "BAD_SERVER_CONFIG",
    });
  });
});

test("sluice images lists the folder, and exits with 1 when a file is refused", async () => {
  writeFileSync(join(folder, "door-1.2.0.bin"), doorBin);
  const good = await runVerb(addImages, "images", folder);
  expect(good.exitCode).toBe(0);
  expect(good.out).toMatch(
    /^file .*\ndoor-1\.2\.0\.bin {2}door {5}1\.2\.0 {4}firmware {2}stable {3}8944 {3}[0-9a-f]{32}\n$/,
  );
  writeFileSync(join(folder, "junk.bin"), "junk");
  const bad = await runVerb(addImages, "images", "list", folder, "--json");
  expect(bad.exitCode).toBe(1);
  expect(JSON.parse(bad.out)).toMatchObject({
    images: [{ product: "door" }],
    refused: [{ file: "junk.bin", code: "BAD_MAGIC_BYTE" }],
  });
});
