import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { ImageTargetName, ServedImage } from "../images/served-image.js";
import { defaultChannel } from "../images/served-image.js";
import type { BoardRequest } from "../wire/board-request.js";
import type { Database, DeviceTable, OfferTable, ReportTable } from "./schema.js";

type OperatorColumn = "name" | "product" | "channel" | "pinned" | "board" | "tokenHash" | "blocked";

/** What an operator may set for a board; undefined leaves it as it is. */
export type DeviceChange = { readonly [Column in OperatorColumn]?: DeviceTable[Column] | undefined };

/** A report without the columns that the table fills in. */
type NewReport = Pick<ReportTable, "mac" | "event"> &
  Partial<Omit<ReportTable, "id" | "at" | "inferred">> & { readonly inferred?: boolean };

const newDevice = { name: "", channel: defaultChannel, blocked: 0 } as const;

/** A device's reports beyond this many are dropped, oldest first: a board in a loop must not fill the disk. */
const reportsKept = 200;

/** All queries there are. Every method rejects with the driver's error when the database is gone. */
export class Fleet {
  constructor(
    readonly db: Database,
    private readonly now: () => number,
  ) {}

  device(mac: string): Promise<DeviceTable | undefined> {
    return this.db.selectFrom("devices").selectAll().where("mac", "=", mac).executeTakeFirst();
  }

  devices(): Promise<DeviceTable[]> {
    return this.db.selectFrom("devices").selectAll().orderBy("name").orderBy("mac").execute();
  }

  async hasTokens(): Promise<boolean> {
    return (await this.devices()).some(({ tokenHash }) => tokenHash !== null);
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

  offers(): Promise<OfferTable[]> {
    return this.db.selectFrom("offers").selectAll().execute();
  }

  /**
   * All bytes of an image went out.
   * @param continued the last of them only: the rest of a sending that broke off, which counts as one with it
   */
  async sent(mac: string, image: ServedImage, continued = false): Promise<void> {
    const { target, file, md5, version } = image;
    const at = this.now();
    await this.db
      .insertInto("offers")
      .values({ mac, target, file, md5, version, sends: 1, state: "sent", at })
      .onConflict((conflict) =>
        conflict.columns(["mac", "target"]).doUpdateSet({
          file,
          md5,
          version,
          state: "sent",
          at,
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
