import type { AttemptLimiter } from "../attempts.js";
import type { Fault } from "../errors.js";
import type { Chunk } from "../ports.js";
import type { Offer } from "../update/offer.js";
import type { UpdateRun } from "../update/update.js";
import type { HttpHead } from "./http-head.js";
import type { Form } from "./multipart.js";
import type { Reply } from "./reply.js";
import type { Upload } from "./web-upload.js";

/** The socket, as little of it as is needed. `write` may be called again once the adapter has said `drain`. */
export interface WebSocket {
  readonly write: (text: string) => unknown;
  readonly end: (text?: string) => void;
}

/** The steps of a request. A board loads each for its one call; what passes between them is data. */
export const enum WebStep {
  /** The head taken to pieces (http-head.ts). */
  Head = 0,
  /** What it is for (gate.ts). */
  Gate = 1,
  /** Who asks (password.ts). */
  Password = 2,
  /** An update prepared (begin.ts). */
  Prepare = 3,
  /** The status (web-status.ts). */
  Status = 4,
  /** An answer as it goes over the line (reply.ts). */
  Answer = 5,
  /** A piece of the page. */
  Page = 6,
  /** A turn in an upload (web-upload.ts). */
  Upload = 7,
  /** What takes a form to pieces (multipart.ts): used as long as it comes. */
  Form = 8,
}

export interface WebSteps {
  [WebStep.Head]: (text: string) => HttpHead | undefined;
  [WebStep.Gate]: (head: HttpHead | undefined) => Route;
  [WebStep.Password]: (now: number, credentials: string, isPost: boolean) => Reply | Fault | undefined;
  [WebStep.Prepare]: (now: number, what: Announced) => Fault | undefined;
  [WebStep.Status]: (told: WebTold, now: number, isPrepare: boolean) => Reply;
  [WebStep.Answer]: (what: Reply | Fault, toUpload: boolean) => string;
  /** The first of the page's last `left` bytes, some hundred of them. */
  [WebStep.Page]: (left: number) => string;
  [WebStep.Upload]: (up: Upload, socket: WebSocket, now: number) => Reply | Fault | undefined;
  [WebStep.Form]: (form: Form, bytes: string) => string;
}

/** What a request is for. */
export interface Route {
  /** Bytes of its body, -1 when it does not say. */
  readonly length: number;
  readonly isPost: boolean;
  /** What came as Authorization; undefined: the answer is the same whoever asks. */
  readonly credentials: string | undefined;
  /** Where that is all. */
  readonly answer: Reply | Fault | undefined;
  /** To be received, or else to be prepared; undefined: the status is asked for. */
  readonly task: Task | undefined;
  readonly isUpload: boolean;
}

/** An image that is announced. */
export interface Announced {
  /** core/update/offer.ts */
  command: number;
  /** Bytes; of an upload's task, those of its body. */
  size: number;
  /** Lower case, or "". */
  md5: string;
  /** Once it has begun. */
  run: UpdateRun | undefined;
}

/** What POST …/prepare or the head of an upload asks for. */
export interface Task extends Announced {
  /** Of a form; "": the body is the image. */
  readonly boundary: string;
  /** The sender waits for "100 Continue". */
  readonly expects: boolean;
  /** Where to send it once more. */
  readonly again: string;
}

/** What has been heard of the update, whoever sends it, for the status. */
export interface WebTold {
  steps: string[];
  error: Heard | undefined;
  done: number;
  total: number;
  /** The offer that POST …/prepare made; the page asks for the status and so keeps it alive. */
  prepared: Offer | undefined;
}

/** An event, as far as the status repeats it. */
export interface Heard {
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
  readonly told: WebTold;
  /** Binary text, one char a byte, as the runtime's bytes; absent: that is what it is. */
  readonly chunk?: (text: string) => Chunk;
  /** Restarts the board. */
  readonly quit: (why: string) => void;
}

/** What the gate needs of it. */
export interface GateHost {
  /** E.g. "/update". */
  readonly path: string;
  /** The board's name on the network, without `.local`; "" when it has none. */
  readonly name: string;
  /** Bytes, and header lines about how it is stored, each with its line end. */
  readonly pageLength: number;
  readonly pageHeaders: string;
}

/** What the look at a password needs of it. */
export interface PasswordHost {
  /** None is asked for. */
  readonly isOpen: boolean;
  readonly accepts: (user: string, password: string) => boolean;
  readonly limiter: AttemptLimiter;
  readonly notify: (event: WebEvent) => void;
}

export type WebEvent =
  | { readonly event: "invitation"; readonly from: string; readonly size: number }
  | { readonly event: "authenticated"; readonly from: string }
  | { readonly event: "auth-failed"; readonly from: string };

/**
 * Who sends, in events and for the limit on guesses. The engine does not tell a server the address of its peer, so that
 * all browsers share one count; espota's addresses are not held up by it.
 */
export const webPeer = "web";
