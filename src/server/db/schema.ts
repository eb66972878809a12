import type { Kysely } from "kysely";

/** One schema for SQLite and PostgreSQL; column names there are in snake_case. Times are ms since 1970, sizes bytes, flags 0 or 1, hashes lower-case hex. */
export interface Tables {
  devices: DeviceTable;
  offers: OfferTable;
  reports: ReportTable;
}

export type Database = Kysely<Tables>;

/** What the operator says of a board (first block), and what it last said of itself. */
export interface DeviceTable {
  mac: string;
  name: string;
  /** Product it gets; null: the one its URL or the board itself names. */
  product: string | null;
  channel: string;
  /** Version it is held at; null: the newest. */
  pinned: string | null;
  board: string | null;
  /** SHA-256 of its own token; null: it uses the shared one. */
  tokenHash: string | null;
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
  /** What it was answered last: row of the decision table. */
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
  /** 1: the server concluded it from what the board said of itself later. */
  inferred: number;
}
