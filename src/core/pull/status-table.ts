import { PullError } from "./pull-error.js";

export const enum Meaning {
  /** There is an image. */
  Update = 0,
  NoUpdates = 1,
  /** Somewhere else. */
  Redirect = 2,
  Failed = 3,
}

/** What a range of HTTP statuses means to an update client. */
export interface StatusRow {
  readonly first: number;
  readonly last: number;
  readonly meaning: Meaning;
  /** The original's number, for failures. */
  readonly error: number;
}

/**
 * The original's switch (ESP8266httpUpdate.cpp, handleUpdate; 204 from arduino-esp32's). 206 answers our Range, and
 * redirects are followed where the original has to be told to. The first row that fits counts.
 */
export const statusTable: StatusRow[] = [
  { first: 200, last: 200, meaning: Meaning.Update, error: PullError.None },
  { first: 204, last: 204, meaning: Meaning.NoUpdates, error: PullError.None },
  { first: 206, last: 206, meaning: Meaning.Update, error: PullError.None },
  { first: 301, last: 303, meaning: Meaning.Redirect, error: PullError.None },
  { first: 304, last: 304, meaning: Meaning.NoUpdates, error: PullError.None },
  { first: 307, last: 308, meaning: Meaning.Redirect, error: PullError.None },
  { first: 401, last: 401, meaning: Meaning.Failed, error: PullError.Unauthorized },
  { first: 403, last: 403, meaning: Meaning.Failed, error: PullError.Forbidden },
  { first: 404, last: 404, meaning: Meaning.Failed, error: PullError.NotFound },
  { first: 0, last: 999, meaning: Meaning.Failed, error: PullError.WrongHttpCode },
];

export function rowOf(status: number): StatusRow {
  for (const row of statusTable) if (status >= row.first && status <= row.last) return row;
  return statusTable[statusTable.length - 1];
}
