import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import { SluiceError } from "../../errors/sluice-error.js";
import { needPackage } from "../../node/optional-package.js";
import { lostBy, refuseLost } from "./database-marker.js";
import { migrate } from "./migrations.js";
import type { Database, Tables } from "./schema.js";

/** Where the table of boards is: `named`, else DATABASE_URL, else a hidden file in the folder of images, never served. */
export function databasePlace(
  folder: string,
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return named ?? (environment["DATABASE_URL"] || join(folder, ".sluice", "server.db"));
}

/** How long a board may wait for PostgreSQL before it is answered 503, and the start for SQLite; ms. */
const patience = 4000;
/** The same for requests and SQLite, which holds up all other requests meanwhile; ms. */
const lockPatience = 250;
/** PostgreSQL's number of its 64-bit integer type; sizes and times here are far from 2^53. */
const int8 = 20;

/**
 * Opens the database and brings its tables up to date.
 * @param where a `postgres://` address, or the file of the embedded SQLite; ":memory:" forgets everything
 * @param marker the file with the id that the database should have, if it is there
 * @throws SluiceError DATABASE_UNREACHABLE, DATABASE_LOST
 */
export async function openDatabase(where: string, marker?: string): Promise<Database> {
  const isPostgres = /^postgres(?:ql)?:\/\//.test(where);
  let db: Database | undefined;
  try {
    db = isPostgres ? await openPostgres(where) : await openSqlite(where);
    if (marker !== undefined) await refuseLost(db, marker);
    await migrate(db);
    if (!isPostgres) {
      // Only now: the id has to be on the disk before a marker that names it.
      await sql`PRAGMA synchronous = NORMAL`.execute(db);
      await sql.raw(`PRAGMA busy_timeout = ${lockPatience}`).execute(db);
    }
    return db.withPlugin(new CamelCasePlugin());
  } catch (cause) {
    await db?.destroy().catch(() => undefined);
    const lost = marker === undefined ? undefined : lostBy(cause, marker);
    if (lost !== undefined || cause instanceof SluiceError) throw lost ?? cause;
    // The password in the address stays out of the message, whatever stands in it.
    const place = where.replace(/\/\/.*@/, "//");
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    const text = `The database ${place} cannot be used: ${reason}`;
    throw new SluiceError("DATABASE_UNREACHABLE", text, { cause });
  }
}

async function openSqlite(file: string): Promise<Database> {
  needPackage("libsql", "An update server without PostgreSQL needs");
  const { default: Sqlite } = await import("libsql");
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new Sqlite(file);
  // `sluice devices` writes beside the running server: readers do not wait, writers wait for each other.
  database.exec(`PRAGMA busy_timeout = ${patience}`);
  database.exec("PRAGMA journal_mode = WAL");
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
}

async function openPostgres(address: string): Promise<Database> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: address,
    max: 8,
    connectionTimeoutMillis: patience,
    query_timeout: patience,
    keepAlive: true,
    types: {
      getTypeParser: (type: number, format?: "text" | "binary") =>
        type === int8 ? Number : pg.types.getTypeParser(type, format as "text"),
    },
  });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
