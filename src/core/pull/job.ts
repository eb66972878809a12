import type { Fault } from "../errors.js";
import type { Offer } from "../update/offer.js";
import type { PullUrl } from "./url.js";
import type { WantedImage } from "./wanted.js";

/**
 * Error numbers of a pull, as ESPhttpUpdate's getLastError gives them: above 0 the Updater's own (core/errors.ts), -1 to
 * -11 of its HTTP client (ESP8266HTTPClient.h), -100 to -109 of the update (ESP8266httpUpdate.h), below that Sluice's.
 */
export const enum PullError {
  None = 0,
  ConnectionFailed = -1,
  ConnectionLost = -5,
  NoHttpServer = -7,
  NotEnoughRam = -8,
  Encoding = -9,
  ReadTimeout = -11,
  Space = -100,
  NoSize = -101,
  NotFound = -102,
  Forbidden = -103,
  WrongHttpCode = -104,
  WrongMd5 = -105,
  BinHeader = -106,
  WrongFlash = -107,
  Unauthorized = -108,
  NoVersion = -109,
  BadOptions = -120,
  HeadTooLarge = -121,
  ImageChanged = -122,
}

export const enum PullOutcome {
  Failed = 0,
  NoUpdates = 1,
  /** Also of a report: it need not be sent again. */
  Ok = 2,
}

export const enum PullPhase {
  /** A connection is being made; nothing was sent. */
  Connecting = 0,
  /** A request is out. */
  Head = 1,
  /** The head of an answer whose body is of no use is in: judged as soon as the connection is gone. */
  Answered = 2,
  /** The offer stands, without a connection; the equipment is on its way to its safe state. */
  Preparing = 3,
  /** Bytes of the image. */
  Receiving = 4,
  /** The connection broke; the next one comes after a pause. */
  Pausing = 5,
  /** All bytes are in; a surplus one would end it. */
  Received = 6,
  Over = 7,
}

/** How a board identifies itself in all its requests (introduction.ts). */
export interface Introduction {
  readonly userAgent: string;
  /** Header lines, each with its end. */
  readonly lines: string;
  /** Value of the Authorization header, or "". */
  readonly authorization: string;
  /** What is posted: a report. "": an update is requested. */
  readonly body: string;
}

/** The image that failed last, so that a bad one does not close the valves at every poll. */
export interface BlockedImage {
  /** `nameOfImage`. */
  readonly image: string;
  readonly failures: number;
  /** When it failed last, ms. */
  readonly last: number;
}

/** What to request, and where; and what of the answers is wanted. */
export interface PullPlan extends Introduction {
  readonly url: PullUrl;
  /** Only the version is requested. */
  readonly asksVersion: boolean;
  /** Command of the update (core/update/offer.ts). */
  readonly command: number;
  /** What the image must be, whatever the server announces (setMD5sum); or "". */
  readonly expectedMd5: string;
  /** Restart into the new version. */
  readonly restarts: boolean;
  /** MD5 of the image that runs, and of the one that the board rolled back from; "" where there is none. */
  readonly runningMd5: string;
  readonly givenUpMd5: string;
  /** Of what runs. */
  readonly version: string;
  /** Take nothing older than that: also not after the server announced it, so that no valve closes for it. */
  readonly newerOnly: boolean;
  readonly wants: WantedImage;
  readonly blocked: BlockedImage | undefined;
}

/** The head of an answer, as far as an update client needs it. */
export interface ResponseHead {
  status: number;
  /** By `ResponseHeader` (head.ts); undefined where the header is absent. */
  readonly values: (string | undefined)[];
  /** How far it has been read: it is whole; what is wrong with it, or `PullError.None`. */
  done: boolean;
  wrong: number;
  /** The line that has not ended yet, and bytes of all lines. */
  line: string;
  total: number;
  /** Interim answers so far. */
  interim: number;
}

/** The image that a server announces. */
export interface PullImage {
  /** Bytes of the whole image. */
  readonly size: number;
  /** 32 and 64 lower-case hex digits, or "". */
  readonly md5: string;
  readonly sha256: string;
  readonly version: string;
  /** A strong entity tag, or "". */
  readonly etag: string;
  /** Which bytes this answer brings: from this one on. */
  readonly first: number;
}

/** How an image is remembered: by its MD5, else by its tag; "" before there is one. */
export function nameOfImage(image: PullImage | undefined): string {
  if (image === undefined) return "";
  return image.md5.length > 0 ? image.md5 : image.etag;
}

/**
 * A pull as data: all that one step of it leaves for the next, so that a board has the code of one step in memory. At its
 * end it holds how it ended, as numbers and details only: `explain` makes text of it.
 */
export interface PullJob {
  readonly plan: PullPlan;
  phase: PullPhase;
  /** ms when the phase began, or its last byte came; while it pauses: when it goes on. */
  since: number;
  /** Where the next or the current answer comes from. */
  url: PullUrl;
  /** Addresses that redirected, for one request. */
  visited: string[];
  /** Of the current answer, as far as it is in and of use. */
  head: ResponseHead | undefined;
  /** What the server has; undefined until it announced it. */
  image: PullImage | undefined;
  /** Bytes of the image that are written; and where the current connection began. */
  received: number;
  from: number;
  /** Bytes of the answer that are there already. */
  skip: number;
  /** Connections in a row that brought little. */
  tries: number;
  /** Of an update for which memory does not suffice beside the connection: it begins once that is gone. */
  offer: Offer | undefined;
  /** ms when the download began. */
  begun: number;
  /** Whether the equipment was safe and the image's bytes were requested. */
  tried: boolean;
  outcome: PullOutcome;
  /** PullError, or the number of an update's fault; 0 unless it failed. */
  error: number;
  /** Further detail, or "". */
  detail: string;
  /** The update's own fault, where it is one. */
  fault: Fault | undefined;
}

export function newJob(plan: PullPlan): PullJob {
  return {
    plan: plan,
    phase: PullPhase.Connecting,
    since: 0,
    url: plan.url,
    visited: [],
    head: undefined,
    image: undefined,
    received: 0,
    from: 0,
    skip: 0,
    tries: 0,
    offer: undefined,
    begun: 0,
    tried: false,
    outcome: PullOutcome.Failed,
    error: PullError.None,
    detail: "",
    fault: undefined,
  };
}
