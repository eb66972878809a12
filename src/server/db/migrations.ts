import { type Kysely, type Migration, Migrator } from "kysely";
import type { Database, Tables } from "./schema.js";

/** Written in the types that both databases have. A migration that has been released is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
  "001-devices-offers-images-reports": {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable("devices")
        .addColumn("mac", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("product", "text")
        .addColumn("channel", "text", (column) => column.notNull())
        .addColumn("pinned", "text")
        .addColumn("board", "text")
        .addColumn("token_hash", "text")
        .addColumn("blocked", "integer", (column) => column.notNull())
        .addColumn("family", "text")
        .addColumn("app", "text")
        .addColumn("version", "text")
        .addColumn("sketch_md5", "text")
        .addColumn("slot", "text")
        .addColumn("free_space", "bigint")
        .addColumn("chip_size", "bigint")
        .addColumn("sdk_version", "text")
        .addColumn("address", "text")
        .addColumn("last_seen", "bigint")
        .addColumn("last_answer", "text")
        .execute();
      await db.schema
        .createTable("offers")
        .addColumn("mac", "text", (column) => column.notNull())
        .addColumn("target", "text", (column) => column.notNull())
        .addColumn("file", "text", (column) => column.notNull())
        .addColumn("md5", "text", (column) => column.notNull())
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("sends", "integer", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("offers_key", ["mac", "target"])
        .execute();
      await db.schema
        .createTable("images")
        .addColumn("md5", "text", (column) => column.notNull())
        .addColumn("file", "text", (column) => column.notNull())
        .addColumn("channel", "text", (column) => column.notNull())
        .addColumn("target", "text", (column) => column.notNull())
        .addColumn("product", "text", (column) => column.notNull())
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("size", "bigint", (column) => column.notNull())
        .addColumn("sha256", "text", (column) => column.notNull())
        .addColumn("first_seen", "bigint", (column) => column.notNull())
        .addColumn("gone", "bigint")
        .addPrimaryKeyConstraint("images_key", ["md5", "file"])
        .execute();
      await db.schema
        .createTable("reports")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("mac", "text", (column) => column.notNull())
        .addColumn("at", "bigint", (column) => column.notNull())
        .addColumn("event", "text", (column) => column.notNull())
        .addColumn("target", "text")
        .addColumn("version", "text")
        .addColumn("md5", "text")
        .addColumn("code", "text")
        .addColumn("text", "text")
        .addColumn("inferred", "integer", (column) => column.notNull())
        .execute();
      await db.schema.createIndex("reports_by_mac").on("reports").columns(["mac", "id"]).execute();
    },
  },
};

/** Brings the tables to the newest state; several servers at once take turns. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({
    db: db as Kysely<Tables>,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
