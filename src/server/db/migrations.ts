import { randomBytes } from "node:crypto";
import { type Kysely, type Migration, Migrator, sql } from "kysely";
import type { Database } from "./schema.js";

const first = [
  `create table devices (
    mac text primary key, name text not null, product text, channel text not null, pinned text, board text,
    token_hash text, blocked integer not null, family text, app text, version text, sketch_md5 text, slot text,
    free_space bigint, chip_size bigint, sdk_version text, address text, last_seen bigint, last_answer text
  )`,
  `create table offers (
    mac text not null, target text not null, file text not null, md5 text not null, version text not null,
    sends integer not null, state text not null, at bigint not null,
    constraint offers_key primary key (mac, target)
  )`,
  // Nothing is kept here any more.
  `create table images (
    md5 text not null, file text not null, channel text not null, target text not null, product text not null,
    version text not null, size bigint not null, sha256 text not null, first_seen bigint not null, gone bigint,
    constraint images_key primary key (md5, file)
  )`,
  `create table reports (
    id text primary key, mac text not null, at bigint not null, event text not null, target text, version text,
    md5 text, code text, text text, inferred integer not null
  )`,
  "create index reports_by_mac on reports (mac, id)",
];

/** Where the offer went, and what the board's own token is for. */
const second = [
  "alter table offers add column address text",
  "alter table devices add column token_product text",
];

/** Statements that both databases have. A migration that has been released is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
  "001-devices-offers-images-reports": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of first) await sql.raw(statement).execute(db);
    },
  },
  "002-addresses-token-products": {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of second) await sql.raw(statement).execute(db);
    },
  },
  /** By which a start knows that the database is the one that it had before. */
  "003-database-id": {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table database_id (id text primary key)`.execute(db);
      await sql`insert into database_id (id) values (${randomBytes(16).toString("hex")})`.execute(db);
    },
  },
};

/** Brings the tables to the newest state; several servers at once take turns. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({
    db: db as Kysely<unknown>,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
