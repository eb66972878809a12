import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { databaseAddress, makeDatabase } from "./support/databases.js";
import { doorBin } from "./support/images.js";
import { door, esp8266Request, lines, rawRequest, split } from "./support/rig.js";

const cli = join(import.meta.dirname, "../../bin/sluice.js");
let root = "";
let folder = "";
let children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sluice-serve-database-"));
  folder = join(root, "images");
  mkdirSync(folder);
  writeFileSync(join(folder, "door-1.2.0.bin"), doorBin);
});
afterEach(async () => {
  for (const child of children) await stop(child);
  children = [];
  rmSync(root, { recursive: true, force: true });
});

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}

function start(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const env = { ...process.env, DATABASE_URL: "", ...environment };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  return child;
}

/** Resolves with the first match in what a process prints; rejects with all of it when it ends without. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (piece) => {
        text += String(piece);
        const found = pattern.exec(text);
        if (found !== null) resolve(found[1] ?? found[0]);
      });
    child.on("close", () => reject(new Error(text)));
  });
}

interface Running {
  readonly port: number;
  readonly child: ChildProcess;
}

async function serve(...flags: string[]): Promise<Running> {
  return serveWith({}, ...flags);
}

async function serveWith(environment: Record<string, string>, ...flags: string[]): Promise<Running> {
  const args = [cli, "serve", folder, "--open", "--port", "0", "--bind", "127.0.0.1", "--json", ...flags];
  const child = start(args, environment);
  return { child, port: Number(await printed(child, /"port":(\d+)/)) };
}

async function devices(...args: string[]): Promise<void> {
  const child = start([cli, "devices", ...args, "--dir", folder]);
  let text = "";
  child.stderr?.on("data", (piece) => {
    text += String(piece);
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(text);
}

async function poll(port: number): Promise<number> {
  return split(await rawRequest(port, esp8266Request())).status;
}

const state = (name = ""): string => join(folder, ".sluice", name);
const database = (): string => state("server.db");

describe("a database that is not what it was", () => {
  const damages: Record<string, () => void> = {
    "all files are empty": () => {
      for (const name of readdirSync(state())) truncateSync(state(name), 0);
    },
    "the database is empty": () => truncateSync(database(), 0),
    "the database has gone": () => rmSync(database()),
    "the database is cut": () => truncateSync(database(), statSync(database()).size >> 1),
    "the database is cut inside its head": () => truncateSync(database(), 50),
    "the database is something else": () => writeFileSync(database(), "x".repeat(8192)),
    "the marker is empty": () => truncateSync(state("database-id"), 0),
  };

  test("no start, so no image for a blocked board, until the database is there again", async () => {
    await devices("set", door, "--blocked", "yes");
    const backup = join(root, "backup");
    cpSync(state(), backup, { recursive: true });
    for (const [name, damage] of Object.entries(damages)) {
      damage();
      await expect(serve(), name).rejects.toThrow("DATABASE_LOST");
      // A refused start changes nothing: the next one is refused as well.
      if (name === "all files are empty") await expect(serve()).rejects.toThrow("DATABASE_LOST");
      if (name === "the database has gone") await expect(devices("list")).rejects.toThrow("DATABASE_LOST");
      rmSync(state(), { recursive: true });
      cpSync(backup, state(), { recursive: true });
    }
    expect(await poll((await serve()).port)).toBe(403);
  });

  test("another database in its place, or none named any more", async () => {
    const other = join(root, "other.db");
    const first = await serve("--database", other);
    await stop(first.child);
    await expect(serve()).rejects.toThrow("DATABASE_LOST");
    await expect(devices("list")).rejects.toThrow("DATABASE_LOST");
    expect(await poll((await serve("--database", other)).port)).toBe(200);
  });

  test("without the marker a start takes what is there, and marks it", async () => {
    await devices("set", door, "--blocked", "yes");
    const id = readFileSync(state("database-id"), "utf8");
    expect(id).toMatch(/^[0-9a-f]{32}\n$/);
    expect(statSync(state("database-id")).mode & 0o777).toBe(0o600);
    rmSync(state("database-id"));
    const first = await serve();
    expect(await poll(first.port)).toBe(403);
    expect(readFileSync(state("database-id"), "utf8")).toBe(id);
    await stop(first.child);
    for (const name of readdirSync(state())) rmSync(state(name));
    expect(await poll((await serve()).port)).toBe(200);
    expect(readFileSync(state("database-id"), "utf8")).not.toBe(id);
  });

  test.skipIf(databaseAddress === "")("PostgreSQL: an empty one in its place", async () => {
    const [first, second] = [await makeDatabase(), await makeDatabase()];
    try {
      const running = await serveWith({ DATABASE_URL: first.url });
      await stop(running.child);
      await expect(serveWith({ DATABASE_URL: second.url })).rejects.toThrow("DATABASE_LOST");
      await expect(serve()).rejects.toThrow("DATABASE_LOST");
      expect(await poll((await serveWith({ DATABASE_URL: first.url })).port)).toBe(200);
    } finally {
      for (const child of children) await stop(child);
      await first.drop();
      await second.drop();
    }
  });
});

/** Takes the lock of writers, and keeps it. */
const locker = `
  const Sqlite = require("libsql");
  const db = new Sqlite(process.argv[1]);
  db.exec("BEGIN EXCLUSIVE");
  console.log("locked");
  setInterval(() => {}, 1000);
`;

test("a database that another program locks holds up nobody for long", async () => {
  const { port } = await serve();
  const other = start(["-e", locker, database()]);
  await printed(other, /locked/);
  const before = performance.now();
  const { head } = split(await rawRequest(port, esp8266Request()));
  expect(head).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nRetry-After: 30\r\n/);
  const list = await rawRequest(port, lines("GET /api/devices HTTP/1.1", "Host: x", "Connection: close"));
  expect(split(list).status).toBe(200);
  // SQLite waits inside of a call: nothing else is answered meanwhile. It used to be 4 s.
  expect(performance.now() - before).toBeLessThan(3000);
  await stop(other);
  expect(await poll(port)).toBe(200);
});
