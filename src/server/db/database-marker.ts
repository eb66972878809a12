import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { SluiceError } from "../../errors/sluice-error.js";
import type { Database } from "./schema.js";

/**
 * The file that holds the id of the folder's database. An empty database in place of the right one would forget which
 * boards are blocked or held at a version, and serve them.
 * @returns undefined for a database that forgets everything anyhow
 */
export function markerFile(folder: string, database: string): string | undefined {
  return database === ":memory:" ? undefined : join(folder, ".sluice", "database-id");
}

/** @throws SluiceError DATABASE_LOST when there is a marker, and the database does not have its id */
export async function refuseLost(db: Database, marker: string): Promise<void> {
  const expected = readMarker(marker);
  // A marker without text was damaged together with the database.
  if (expected === "" || (expected !== undefined && expected !== (await readId(db)))) throw lost(marker);
}

/** @returns DATABASE_LOST for an error that SQLite has with a damaged file, when there is a marker */
export function lostBy(cause: unknown, marker: string): SluiceError | undefined {
  const isDamaged = /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(cause));
  return isDamaged && existsSync(marker) ? lost(marker, { cause }) : undefined;
}

/** Writes the marker where there is none. Rejects with the error of the file system. */
export async function keepMarker(db: Database, marker: string): Promise<void> {
  if (existsSync(marker)) return;
  mkdirSync(dirname(marker), { recursive: true });
  // Whole or not at all: a power cut in between must not leave an empty marker.
  writeFileSync(`${marker}.new`, `${await readId(db)}\n`, { mode: 0o600, flush: true });
  renameSync(`${marker}.new`, marker);
}

function readMarker(marker: string): string | undefined {
  try {
    return readFileSync(marker, "utf8").trim();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function readId(db: Database): Promise<string | undefined> {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === "database_id")) return undefined;
  const { rows } = await sql<{ readonly id: string }>`select id from database_id`.execute(db);
  return rows[0]?.id;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function lost(marker: string, options?: { readonly cause: unknown }): SluiceError {
  const text = `The database is not the one whose id is in ${marker}, or its contents are gone.`;
  return new SluiceError("DATABASE_LOST", text, options);
}
