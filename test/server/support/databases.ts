import { randomBytes } from "node:crypto";
import pg from "pg";
import { openDatabase } from "../../../src/server/db/open-database.js";
import type { Database } from "../../../src/server/db/schema.js";

/** A PostgreSQL to try, as `postgres://…`; `npm run test:postgres` starts one and sets this. */
export const databaseAddress = process.env["SLUICE_TEST_POSTGRES"] ?? "";

export interface TestDatabase {
  readonly db: Database;
  readonly close: () => Promise<void>;
}

export interface TestDatabaseKind {
  readonly name: string;
  /** An empty database of one's own. */
  readonly open: () => Promise<TestDatabase>;
}

const sqlite: TestDatabaseKind = {
  name: "SQLite",
  async open() {
    const db = await openDatabase(":memory:");
    return { db, close: () => db.destroy() };
  },
};

const postgres: TestDatabaseKind = {
  name: "PostgreSQL",
  async open() {
    const { url, drop } = await makeDatabase();
    const db = await openDatabase(url);
    return {
      db,
      async close() {
        await db.destroy();
        await drop();
      },
    };
  },
};

/** An empty PostgreSQL database of one's own. */
export async function makeDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `t_${randomBytes(6).toString("hex")}`;
  await once(`create database ${name}`);
  const url = new URL(databaseAddress);
  url.pathname = name;
  return { url: url.href, drop: () => once(`drop database ${name} with (force)`) };
}

async function once(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseAddress, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Both have to pass the same tests; a rig takes the last, so that whole servers run on PostgreSQL where there is one. */
export const databases: readonly TestDatabaseKind[] = databaseAddress === "" ? [sqlite] : [sqlite, postgres];

/** Printed once a run, so that a green run does not look like more than it is. */
export function sayWhatIsLeftOut(): void {
  if (databaseAddress === "")
    process.stderr.write("PostgreSQL is left out: `npm run test:postgres` runs it as well.\n");
}
