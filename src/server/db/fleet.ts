import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { ImageTargetName, ServedImage } from "../images/served-image.js";
import { defaultChannel } from "../images/served-image.js";
import type { BoardRequest } from "../wire/board-request.js";
import type { Database, DeviceTable, OfferTable, ReportTable } from "./schema.js";

type OperatorColumn =
  | "name"
  | "product"
  | "channel"
  | "pinned"
  | "board"
  | "tokenHash"
  | "tokenProduct"
  | "blocked";

/** What an operator may set for a board; undefined leaves it as it is. */
export type DeviceChange = { readonly [Column in OperatorColumn]?: DeviceTable[Column] | undefined };

/** A report without the columns that the table fills in. */
type NewReport = Pick<ReportTable, "mac" | "event"> &
  Partial<Omit<ReportTable, "id" | "at" | "inferred">> & { readonly inferred?: boolean };

const newDevice = { name: "", channel: defaultChannel, blocked: 0 } as const;

/** A device's reports beyond this many are dropped, oldest first: a board in a loop must not fill the disk. */
const reportsKept = 200;

/** A part of a long list. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

const isUnknown = sql<boolean>`(name = '' and product is null and channel = ${defaultChannel} and pinned is null
  and board is null and token_hash is null and blocked = 0)`;

/** All queries there are. Every method rejects with the driver's error when the database is gone. */
export class Fleet {
  constructor(
    readonly db: Database,
    private readonly now: () => number,
  ) {}

  device(mac: string): Promise<DeviceTable | undefined> {
    return this.db.selectFrom("devices").selectAll().where("mac", "=", mac).executeTakeFirst();
  }

  /** By name; those with one first. @param page all without it */
  devices(page?: Page): Promise<DeviceTable[]> {
    const named = sql`case when name = '' then 1 else 0 end`;
    const all = this.db.selectFrom("devices").selectAll().orderBy(named).orderBy("name").orderBy("mac");
    return (page === undefined ? all : all.limit(page.limit).offset(page.offset)).execute();
  }

  async countDevices(): Promise<number> {
    const count = sql<number>`count(*)`.as("count");
    return Number((await this.db.selectFrom("devices").select(count).executeTakeFirstOrThrow()).count);
  }

  /** Boards that entered the table by themselves, and that no operator has touched. */
  async countUnknown(): Promise<number> {
    const count = sql<number>`count(*)`.as("count");
    const rows = this.db.selectFrom("devices").select(count).where(isUnknown);
    return Number((await rows.executeTakeFirstOrThrow()).count);
  }

  /** Forgets unknown boards that were last seen before a time. */
  async forgetUnknown(before: number): Promise<void> {
    const old = this.db.selectFrom("devices").select("mac").where(isUnknown).where("lastSeen", "<", before);
    await this.db.deleteFrom("offers").where("mac", "in", old).execute();
    await this.db.deleteFrom("reports").where("mac", "in", old).execute();
    await this.db.deleteFrom("devices").where("mac", "in", old).execute();
  }

  async hasTokens(): Promise<boolean> {
    const tokens = this.db.selectFrom("devices").select("mac").where("tokenHash", "is not", null);
    return (await tokens.limit(1).executeTakeFirst()) !== undefined;
  }

  /** A board that reports before it has ever polled. */
  async met(mac: string): Promise<void> {
    const row = { mac, ...newDevice, lastSeen: this.now() };
    const insert = this.db.insertInto("devices").values(row);
    await insert.onConflict((conflict) => conflict.column("mac").doNothing()).execute();
  }

  async setDevice(mac: string, change: DeviceChange): Promise<void> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const insert = this.db.insertInto("devices").values({ mac, ...newDevice, ...given });
    await insert
      .onConflict((conflict) =>
        Object.keys(given).length === 0
          ? conflict.column("mac").doNothing()
          : conflict.column("mac").doUpdateSet(given),
      )
      .execute();
  }

  /** @returns whether it was there */
  async removeDevice(mac: string): Promise<boolean> {
    await this.db.deleteFrom("offers").where("mac", "=", mac).execute();
    await this.db.deleteFrom("reports").where("mac", "=", mac).execute();
    const gone = await this.db.deleteFrom("devices").where("mac", "=", mac).executeTakeFirst();
    return gone.numDeletedRows > 0n;
  }

  /** Stores what a board reported in a poll; a new board is added to the table. */
  async saw(board: BoardRequest, address: string, answer: string): Promise<void> {
    // What it does not mention stays as it was, apart from sizes and SDK.
    const { family, app, slot, version, sketchMd5 } = board;
    const { freeSpace = null, chipSize = null, sdkVersion = null } = board;
    const reported = { family, app, slot, version, sketchMd5, freeSpace, chipSize, sdkVersion };
    const seen = { ...reported, address, lastSeen: this.now(), lastAnswer: answer };
    await this.db
      .insertInto("devices")
      .values({ mac: board.mac, ...newDevice, ...seen })
      .onConflict((conflict) => conflict.column("mac").doUpdateSet(seen))
      .execute();
  }

  offer(mac: string, target: ImageTargetName): Promise<OfferTable | undefined> {
    const offers = this.db.selectFrom("offers").selectAll();
    return offers.where((row) => row.and({ mac, target })).executeTakeFirst();
  }

  /** @param macs of these boards only */
  async offers(macs?: readonly string[]): Promise<OfferTable[]> {
    // PostgreSQL has no empty list.
    if (macs?.length === 0) return [];
    const all = this.db.selectFrom("offers").selectAll();
    return (macs === undefined ? all : all.where("mac", "in", macs)).execute();
  }

  /**
   * All bytes of an image went out.
   * @param address where they went
   * @param continued the last of them only: the rest of a sending that broke off, which counts as one with it
   */
  async sent(
    mac: string,
    image: ServedImage,
    address: string | null = null,
    continued = false,
  ): Promise<void> {
    const { target, file, md5, version } = image;
    const at = this.now();
    await this.db
      .insertInto("offers")
      .values({ mac, target, file, md5, version, sends: 1, state: "sent", at, address })
      .onConflict((conflict) =>
        conflict.columns(["mac", "target"]).doUpdateSet({
          file,
          md5,
          version,
          state: "sent",
          at,
          address,
          sends: sql<number>`case when offers.md5 = ${md5} then offers.sends + ${continued ? 0 : 1} else 1 end`,
        }),
      )
      .execute();
    await this.report({ mac, event: "sent", target, version, md5 });
  }

  async settle(mac: string, target: string, state: OfferTable["state"]): Promise<void> {
    await this.db
      .updateTable("offers")
      .set({ state, sends: state === "installed" ? 0 : undefined })
      .where((row) => row.and({ mac, target }))
      .execute();
  }

  /** The board has the bytes but did not take them (a window, a valve that sticks): that was no try of the image. */
  async notTried(mac: string, target: string): Promise<void> {
    await this.db
      .updateTable("offers")
      .set({ sends: sql<number>`case when sends > 0 then sends - 1 else 0 end` })
      .where((row) => row.and({ mac, target }))
      .execute();
  }

  /** Forgets what was sent to a board, so that an image it came back from, or that was given up, is sent again. */
  async retry(mac: string): Promise<void> {
    await this.db.deleteFrom("offers").where("mac", "=", mac).execute();
  }

  async report(report: NewReport): Promise<void> {
    const at = this.now();
    const id = `${Math.max(0, at).toString(36).padStart(9, "0")}-${order()}-${randomBytes(4).toString("hex")}`;
    const { mac, inferred = false } = report;
    await this.db
      .insertInto("reports")
      .values({ ...report, id, at, inferred: inferred ? 1 : 0 })
      .execute();
    const own = this.db.selectFrom("reports").select("id").where("mac", "=", mac);
    const oldest = own.orderBy("id", "desc").offset(reportsKept).limit(1);
    await this.db.deleteFrom("reports").where("mac", "=", mac).where("id", "<=", oldest).execute();
  }

  /** Newest first. */
  reports(limit: number, mac?: string): Promise<ReportTable[]> {
    const query = this.db.selectFrom("reports").selectAll().orderBy("id", "desc").limit(limit);
    return (mac === undefined ? query : query.where("mac", "=", mac)).execute();
  }
}

let counter = 0;

/** Keeps two reports of one millisecond in order. */
function order(): string {
  counter = (counter + 1) % 36 ** 4;
  return counter.toString(36).padStart(4, "0");
}
