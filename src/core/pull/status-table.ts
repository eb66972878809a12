import { decimal } from "../invitation.js";
import { PullError } from "./pull-error.js";

export const enum Meaning {
  /** There is an image. */
  Update = 0,
  NoUpdates = 1,
  /** Somewhere else. */
  Redirect = 2,
  Failed = 3,
}

/** What an HTTP status means to an update client. */
export interface StatusRow {
  readonly meaning: Meaning;
  /** The original's number, for failures. */
  readonly error: number;
}

/**
 * The original's switch (ESP8266httpUpdate.cpp, handleUpdate; 204 from arduino-esp32's) as data: status, meaning, and
 * the error without its sign. 206 answers our Range, and redirects are followed where the original has to be told to.
 * One text, since a table of objects would take a board's memory for as long as a poll lasts.
 */
const statusTable =
  "200 0 0;204 1 0;206 0 0;301 2 0;302 2 0;303 2 0;304 1 0;307 2 0;308 2 0;401 3 108;403 3 103;404 3 102";

export function rowOf(status: number): StatusRow {
  for (const row of statusTable.split(";")) {
    const cells = row.split(" ");
    if (decimal(cells[0]) === status) return { meaning: decimal(cells[1]), error: 0 - decimal(cells[2]) };
  }
  return { meaning: Meaning.Failed, error: PullError.WrongHttpCode };
}
