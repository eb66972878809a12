import type { Kysely } from "kysely";

/** One schema for SQLite and PostgreSQL; column names there are in snake_case. Times are ms since 1970, sizes bytes, flags 0 or 1, hashes lower-case hex. */
export interface Tables {
  devices: DeviceTable;
  offers: OfferTable;
  reports: ReportTable;
}

export type Database = Kysely<Tables>;

/** A board: the settings of the operator (first block), and what the board last reported. */
export interface DeviceTable {
  mac: string;
  name: string;
  /** The product it gets; null: the one named by its URL or by the board. */
  product: string | null;
  channel: string;
  /** The version it stays at; null: the newest. */
  pinned: string | null;
  board: string | null;
  /** SHA-256 of its own token; null: it uses the shared one. */
  tokenHash: string | null;
  /** The product that a board with its own token was given first, unless `product` names one: its token opens no other. */
  tokenProduct: string | null;
  blocked: number;

  family: string | null;
  app: string | null;
  version: string | null;
  sketchMd5: string | null;
  slot: string | null;
  freeSpace: number | null;
  chipSize: number | null;
  sdkVersion: string | null;
  address: string | null;
  lastSeen: number | null;
  /** The last answer it got: row of the decision table. */
  lastAnswer: string | null;
}

/** `missed`: all bytes went out, and the board came back without them. */
export type OfferState = "sent" | "missed" | "installed" | "rolled-back" | "replaced";

/** The image last sent to a board for one target (firmware, filesystem, app, agent). */
export interface OfferTable {
  mac: string;
  target: string;
  file: string;
  md5: string;
  version: string;
  /** How often all of its bytes went out since the board was last seen with something new. */
  sends: number;
  state: OfferState;
  at: number;
  /** Where it was sent to; null: before addresses were kept. */
  address: string | null;
}

export interface ReportTable {
  /** Sorts by time. */
  id: string;
  mac: string;
  at: number;
  event: "sent" | "installed" | "rolled-back" | "failed" | "refused";
  target: string | null;
  version: string | null;
  md5: string | null;
  /** Error code of the catalogue. */
  code: string | null;
  text: string | null;
  /** 1: the board did not report it; the server inferred it from a later poll. */
  inferred: number;
}
