import type { Kysely } from "kysely";

/** One schema for SQLite and PostgreSQL. Times are ms since 1970, sizes bytes, flags 0 or 1, hashes lower-case hex. */
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
  token_hash: string | null;
  blocked: number;

  family: string | null;
  app: string | null;
  version: string | null;
  sketch_md5: string | null;
  slot: string | null;
  free_space: number | null;
  chip_size: number | null;
  sdk_version: string | null;
  address: string | null;
  last_seen: number | null;
  /** What it was answered last: row of the decision table. */
  last_answer: string | null;
}

/** The image last sent to a board for one target (firmware, filesystem, app, agent). */
export interface OfferTable {
  mac: string;
  target: string;
  file: string;
  md5: string;
  version: string;
  /** How often all of its bytes went out since the board was last seen with something new. */
  sends: number;
  state: string;
  at: number;
}

export interface ReportTable {
  /** Sorts by time. */
  id: string;
  mac: string;
  at: number;
  event: string;
  target: string | null;
  version: string | null;
  md5: string | null;
  /** Error code of the catalogue. */
  code: string | null;
  text: string | null;
  /** 1: the server concluded it from what the board said of itself later. */
  inferred: number;
}
