import type { Fault } from "../errors.js";
import type { Offer } from "../update/offer.js";
import type { Update } from "../update/update.js";
import type { Form } from "./form.js";
import type { HttpHead } from "./head.js";
import type { WebReply } from "./reply.js";

/** The socket, as little of it as is needed. `write` may be called again once the adapter has reported `drain`. */
export interface WebSocket {
  readonly write: (text: string) => unknown;
  readonly end: (text?: string) => void;
}

/** The steps of a request. A board loads each for its one call; what passes between them is data. */
export const enum WebStep {
  /** The head parsed (head.ts). */
  Head = 0,
  /** The route (gate.ts). */
  Gate = 1,
  /** Authentication (password.ts). */
  Password = 2,
  /** An update prepared (upload.ts). */
  Prepare = 3,
  /** The status (status.ts). */
  Status = 4,
  /** An answer as it goes over the line (reply.ts). */
  Answer = 5,
  /** A piece of the page. */
  Page = 6,
  /** A turn in an upload (upload.ts). */
  Upload = 7,
  /** The form parser (form.ts): kept until the form is in. */
  Form = 8,
}

export interface WebSteps {
  [WebStep.Head]: (text: string) => HttpHead | undefined;
  [WebStep.Gate]: (head: HttpHead | undefined) => Route;
  [WebStep.Password]: (now: number, credentials: string, isPost: boolean) => WebReply | Fault | undefined;
  /** @returns why not, or that it has to come once more */
  [WebStep.Prepare]: (now: number, what: Upload) => WebReply | Fault | undefined;
  [WebStep.Status]: (log: UpdateLog, now: number, isPrepare: boolean) => WebReply;
  [WebStep.Answer]: (what: WebReply | Fault, toUpload: boolean) => string;
  /** The first of the page's last `left` bytes, some hundred of them. */
  [WebStep.Page]: (left: number) => string;
  [WebStep.Upload]: (up: Upload, socket: WebSocket, now: number) => WebReply | Fault | undefined;
  [WebStep.Form]: (form: Form, bytes: string) => string;
}

/** What a request is for. */
export interface Route {
  /** Bytes of its body, -1 when unknown. */
  readonly length: number;
  readonly isPost: boolean;
  /** Value of the Authorization header; undefined: the answer needs no password. */
  readonly credentials: string | undefined;
  /** When the head alone decides it. */
  readonly answer: WebReply | Fault | undefined;
  /** To be received, or else to be prepared; undefined: the status is requested. */
  readonly task: Upload | undefined;
  readonly isUpload: boolean;
}

export const enum WebUploadStage {
  /** The head is in, nothing of the body is. */
  Head = 0,
  /** A form whose file has not begun. */
  Fields = 1,
  /** The image is known and to be announced (upload.ts). */
  Offered = 2,
  /** The offer stands; the equipment is on its way to its safe state. */
  Waiting = 3,
  Receiving = 4,
  /** Everything is in; verified at the next tick, so that the last acknowledgement leaves first. */
  Received = 5,
  /** The new image runs from the next start on. */
  Committed = 6,
}

/**
 * An image that is announced, by POST …/prepare or by the head of an upload, and how far the upload has come. Data only;
 * the ordinary run is in connection.ts.
 */
export interface Upload {
  /** core/update/offer.ts */
  command: number;
  /** Bytes of the image, of a form once its file has begun; -1 when it is not known. */
  size: number;
  /** Lower case, or "". */
  md5: string;
  /** Once it has begun. */
  run: Update | undefined;
  /** Bytes of the body. */
  readonly length: number;
  /** Of a form; "": the body is the image. */
  readonly boundary: string;
  /** The sender waits for "100 Continue". */
  readonly expects: boolean;
  /** Where to send it once more. */
  readonly again: string;
  stage: WebUploadStage;
  form: Form | undefined;
  /** Parses it. */
  take: ((form: Form, bytes: string) => string) | undefined;
  /** Body bytes so far, those of the image that were dropped, and those that were written. */
  received: number;
  dropped: number;
  written: number;
  /** ms when the last bytes came. */
  last: number;
  /** The board restarts when the answer has left. */
  restarts: boolean;
}

/** What the status reports of the current update, by whichever way it comes. */
export interface UpdateLog {
  steps: string[];
  error: LoggedEvent | undefined;
  done: number;
  total: number;
  /** The offer that POST …/prepare made; the page polls the status and so keeps it alive. */
  prepared: Offer | undefined;
}

/** An event, as far as the status repeats it. */
export interface LoggedEvent {
  readonly event: string;
  readonly step?: string;
  readonly text?: string;
  readonly code?: string;
  readonly done?: number;
  readonly total?: number;
}

/** What connections share. */
export interface WebHost {
  readonly step: <S extends keyof WebSteps>(step: S) => WebSteps[S];
  readonly log: UpdateLog;
  /** Restarts the board. */
  readonly quit: (why: string) => void;
}

/**
 * The sender's name in events and for the limit on guesses. The engine gives a server no address of its peer, so all
 * browsers share one count; espota's addresses have their own.
 */
export const webPeer = "web";
