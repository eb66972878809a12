import type { Attempts } from "../../../core/attempts.js";
import type { BundlePlace } from "../../../core/bundle/judge.js";
import type { Fault } from "../../../core/errors.js";
import type { Action } from "../../../core/espota/actions.js";
import type { EspotaHandshake } from "../../../core/espota/handshake.js";
import type { EspotaTransfer } from "../../../core/espota/transfer.js";
import type { Invitation } from "../../../core/espota/wire.js";
import type { OtaSwitch } from "../../../core/firmware/otadata-scheme.js";
import type { PolicyVerdict, UpdatePolicy } from "../../../core/policy/policy.js";
import type { Chunk, Digest, Peer } from "../../../core/ports.js";
import type { PullStep, PullStepTypes } from "../../../core/pull/attempt.js";
import type { BlockedImage, Introduction, PullJob } from "../../../core/pull/job.js";
import type { PullReport } from "../../../core/pull/request.js";
import type { WantedImage } from "../../../core/pull/wanted.js";
import type { Due } from "../../../core/update/due.js";
import type { Errand } from "../../../core/update/errand.js";
import type { ImageReceiver } from "../../../core/update/image-receiver.js";
import type { Notes } from "../../../core/update/notes.js";
import type { Offer } from "../../../core/update/offer.js";
import type { Update } from "../../../core/update/update.js";
import type { WebStep, WebSteps } from "../../../core/web/steps.js";
import type { BootInfo } from "../boot-info.js";
import type {
  HttpRequest,
  HttpResponse,
  Ota,
  OtaOptions,
  PullOptions,
  PullReply,
  UpdateButton,
} from "../sluice.js";

// Longer than other files: the whole contract of the resident half and the parts, types almost without code.

/**
 * What runs beside an application, and all that outlives a part of the agent: every part gets this object and nothing
 * else. It is the agent's module object. Names are short because each costs a variable, and each ten characters more.
 */
export interface Resident {
  ota: Ota;
  boot: BootInfo;
  /** What the application configured; undefined until `ota.begin`. */
  opts: OtaOptions | undefined;
  /** On its way to a restart. */
  gone: boolean;
  /** A committed update waits for the next start. */
  done: boolean;
  /** The application has driven a safe pin during a safe state: updates go on without it (safe-pins.ts). */
  moved?: boolean;
  /** The listener's port; 0 while it does not stand. */
  port: number;
  /** Of the update page, "/update"; "": there is none. */
  path: string;
  /** No password, by an explicit setting. */
  free: boolean;
  /** The update under way or prepared, while its code is loaded. */
  run: Update | undefined;
  /** It waits for memory, and who came for it is turned away meanwhile. */
  due: Due | undefined;
  /** What became of a visitor's: for when he comes again. */
  failed: { readonly why: Fault; readonly at: number } | undefined;
  push: Push | undefined;
  page: WebServer | undefined;
  pull: PullState | undefined;
  name: NameState | undefined;
  /** Wrong passwords so far; apart from them those of uploaders that are not ours. */
  bad: Attempts | undefined;
  lax: Attempts | undefined;
  /** Name and password of the page's own (`updateCredentials`). */
  user: string[] | undefined;
  /** Armed until then, ms. */
  until: number;
  /** Arms, where there is a button or a window. */
  arm: ((ms: number) => void) | undefined;
  /** Monotonic, ms since the start. */
  now: () => number;
  /** An event, for the application's `E.on("sluice")` and the console. */
  notify: (event: object) => void;
  /** Whether so many variables are free. */
  room: (wanted: number) => boolean;
  /** Loads a part. @throws Error when too little memory is free */
  load: <P extends Part>(part: P) => PartTypes[P];
  /** The update that every way in makes. @throws Error when too little memory is free */
  open: () => Update;
  /** Appends to the boot journal: one byte, one atomic step. @returns whether flash keeps it */
  note: (record: number) => boolean;
  /** Looks after what is going on in short steps from now on. */
  wake: () => void;
  /** Leaves for the next start. */
  quit: (why: string) => void;
}

export function slotName(it: Resident): string {
  return it.boot.app < 0 ? "-" : it.boot.app === 0 ? "a" : "b";
}

/** Whether anything that runs has yet to prove itself. */
export function onTrial(it: Resident): boolean {
  return it.boot.appTrial || it.boot.agentTrial || it.boot.fwTrial;
}

/** What the network and a visitor may know of the application's wishes. */
export function optionsOf(it: Resident): OtaOptions {
  return it.opts === undefined ? {} : it.opts;
}

/**
 * The parts of the agent that are loaded when they are needed and dropped afterwards, by their place in its slot
 * (build/agent-parts.ts). Each is a module that exports `open`; what it takes and returns is `PartTypes`.
 */
export const enum Part {
  Challenge = 0,
  Transfer = 1,
  Update = 2,
  Bundle = 3,
  Bundled = 4,
  Firmware = 5,
  Stored = 6,
  Switch = 7,
  Trial = 8,
  Notes = 9,
  Permit = 10,
  Arming = 11,
  Page = 12,
  Pull = 13,
  Names = 14,
  Md5 = 15,
  Words = 16,
  Receive = 17,
  Leave = 18,
  Alone = 19,
  Policy = 20,
  // The steps of a request to the update page, in the order of core/web/steps.ts.
  Head = 21,
  Gate = 22,
  Password = 23,
  Prepare = 24,
  Status = 25,
  Answer = 26,
  Piece = 27,
  Upload = 28,
  Form = 29,
  HttpSocket = 30,
  Md5Hex = 31,
  PullPlan = 32,
  PullSlot = 33,
  PullFacts = 34,
  /** From here on in the order of `PullStep`. */
  PullRequest = 35,
  PullHead = 36,
  PullAnswer = 37,
  PullRedirect = 38,
  PullTrouble = 39,
  PullEnd = 40,
  Journal = 41,
  Storage = 42,
  Tidy = 43,
  Release = 44,
  Claim = 45,
  Signature = 46,
  FirmwareEnd = 47,
  Due = 48,
}

/** Variables that have to be free, with some to spare (npm run size, test/engines/espruino/small.test.ts). */
export const enum Room {
  /** For an update until the equipment is safe; and for an uploader's transfer as well. */
  Begin = 680,
  Push = 1060,
  /**
   * For an image from its first byte on, besides the block of BOARD_BATCH bytes that it is written in: 635 on an emulated
   * ESP32, and then the part that judges a bundle's header wants 357 more to be free. And bytes in one, at least.
   */
  Image = 1050,
  BytesEach = 12,
  /** For verifying a signature besides. */
  Signature = 500,
  /** For the connection that has yet to bring it. */
  Pull = 350,
  Page = 600,
}

/** An uploader's connection, from the invitation that was accepted to its result. */
export interface Push {
  readonly transfer: EspotaTransfer;
  readonly accept: (invitation: Invitation, from: Peer) => void;
  /** Goes on after a restart into update mode. */
  readonly resume: CallBack;
  /** @returns whether there is more to do */
  readonly tick: () => boolean;
}

/** Connects to an uploader that has waited for a restart into update mode. */
export type CallBack = (waiting: NonNullable<Errand["push"]>) => void;

/** Sends a datagram from the listener's port. */
export type Reply = (action: Action) => void;

/** Judges a version that has yet to prove itself. */
export interface TrialPart {
  /** @param loaded the application was loaded to its end. @returns core/update/trial.ts TrialVerdict */
  readonly poll: (loaded: boolean) => number;
  readonly reason: () => string;
}

/** What a release's signature has to prove. Data only: a function would keep all of its part in memory. */
export interface Claim {
  readonly key: Chunk;
  readonly message: Chunk;
  /** Offset in the flash that the image is in, bytes. */
  readonly signature: number;
}

/** Where an image goes, and what makes it run. */
export interface SlotPlace extends BundlePlace {
  /** The slot as `OtaSwitch` numbers it; undefined: no firmware. */
  readonly firmware?: number;
}

/** The update page at work. */
export interface WebServer {
  readonly accept: (socket: EspruinoTcpSocket) => void;
  readonly onEvent: (event: object) => void;
  /** Whether a visitor is connected: a restart now would cut the answer off. */
  readonly isOpen: () => boolean;
  /** @returns whether a visitor is or was connected within the last half minute */
  readonly tick: () => boolean;
}

/** What is kept between two polls. Data only: a function would keep all of its module in memory. */
export interface PullState {
  options: PullOptions;
  /** They are the board's own: applications do not change them. */
  fixed: boolean;
  done: ((reply: PullReply) => void) | undefined;
  last: PullReply | undefined;
  /** The poll or the report under way, and what works on it, while there is work. */
  job: PullJob | undefined;
  work: (() => void) | undefined;
  /** Agent's ms of the next poll; -1: none, -2: the first of an interval, not settled yet. */
  dueAt: number;
  /** Polls in a row that found no server, or none that could answer. */
  failures: number;
  blocked: BlockedImage | undefined;
  /** What the server has yet to receive about this start: "installed", "rolled-back" or "". */
  news: string;
  /** What it has yet to receive besides. */
  reports: PullReport[];
  /** Image and code of the refusal that was reported last: one report is enough, however often the board polls. */
  refused: string;
  /** The server took no report: once more after the next poll. */
  isDeaf: boolean;
}

/** What lies in a slot: MD5 of the whole bundle, its size, version and name. */
export interface SlotFacts {
  readonly md5: string;
  readonly size: number;
  readonly version: string;
  readonly name: string;
}

/** The board's name on its network. */
export interface NameState {
  socket: EspruinoUdpSocket | undefined;
  /** The name that holds, without ".local"; "" while none does. */
  held: string;
  address: string;
  netmask: string;
  /** ms of the last question or change, and of the next look at the address. */
  usedAt: number;
  lookAt: number;
  /** There was too little memory, and it was reported. */
  poor: boolean;
  /** The responder at work. */
  work: NameWork | undefined;
  /** Of its next datagram; 0: none is due. It keeps the responder in memory. */
  timer: number;
  /** The socket is bound. A function of the part's would keep all of its module in memory, as long as the socket is. */
  readonly bound: () => void;
  /** What came on it. */
  readonly received: (text: string, from: Peer) => void;
}

export interface NameWork {
  /** Every few seconds. @returns whether it is still of use */
  readonly look: (ip: string, netmask: string) => boolean;
  /** Takes the name. */
  readonly begin: () => void;
  readonly onDatagram: (text: string, from: Peer) => void;
  /** For the moment before a restart: the datagrams need some 100 ms to leave. */
  readonly goodbye: () => void;
}

export interface PartTypes {
  [Part.Challenge]: (it: Resident) => EspotaHandshake;
  [Part.Transfer]: (it: Resident, reply: Reply) => Push;
  [Part.Update]: (it: Resident) => Update;
  [Part.Bundle]: (it: Resident, head: Chunk, size: number, wants?: WantedImage) => SlotPlace | Fault;
  [Part.Bundled]: (start: number, place: SlotPlace, sha256: string) => Fault | undefined;
  [Part.Firmware]: (order: number[], head: Chunk, size: number) => SlotPlace | Fault;
  [Part.Stored]: (
    it: Resident,
    md5: () => Digest,
    start: number,
    size: number,
    expected: string,
  ) => Fault | undefined;
  [Part.FirmwareEnd]: (start: number, size: number) => number | Fault;
  /** Whether a signed release, all of which is in flash, may run. */
  [Part.Release]: (it: Resident, start: number, place: SlotPlace) => Fault | undefined;
  [Part.Claim]: (it: Resident, start: number, place: SlotPlace) => Claim | Fault;
  [Part.Signature]: (claim: Claim, place: SlotPlace) => boolean;
  [Part.Switch]: () => OtaSwitch;
  [Part.Trial]: (it: Resident) => TrialPart;
  [Part.Notes]: () => Notes;
  /** Where a byte has not taken its record. @returns whether another one has */
  [Part.Journal]: (it: Resident, record: number) => boolean;
  [Part.Permit]: (rules: UpdatePolicy, armed: boolean) => PolicyVerdict;
  [Part.Arming]: (it: Resident, button: UpdateButton | undefined) => (ms: number) => void;
  [Part.Page]: (it: Resident) => WebServer;
  [Part.Pull]: (it: Resident, job: PullJob) => () => void;
  /** What there is to do now: a report to be sent, a poll, nothing, or in words why the options are invalid. */
  [Part.PullPlan]: (it: Resident, state: PullState) => PullJob | string | undefined;
  [Part.PullSlot]: (it: Resident, isAgent: boolean, slot: number) => SlotFacts;
  [Part.PullFacts]: (
    it: Resident,
    options: PullOptions,
    running: SlotFacts,
    report: PullReport | undefined,
  ) => Introduction;
  [Part.PullRequest]: PullStepTypes[PullStep.Request];
  [Part.PullHead]: PullStepTypes[PullStep.Head];
  [Part.PullAnswer]: PullStepTypes[PullStep.Answer];
  [Part.PullRedirect]: PullStepTypes[PullStep.Redirect];
  [Part.PullTrouble]: PullStepTypes[PullStep.Trouble];
  [Part.PullEnd]: (it: Resident, state: PullState, end: PullJob | string) => void;
  [Part.Names]: (it: Resident, state: NameState) => NameWork;
  [Part.Md5]: () => Digest;
  [Part.Words]: (number: number, detail: string) => string[];
  [Part.Receive]: (it: Resident, offer: Offer) => ImageReceiver;
  [Part.Policy]: (it: Resident) => Fault | undefined;
  [Part.Leave]: (it: Resident, waiting: Errand["push"], offer: Offer | undefined) => void;
  /** A look at it, several times a second. @returns what the uploader that waits is answered now */
  [Part.Due]: (it: Resident, due: Due) => Action | undefined;
  [Part.Alone]: (it: Resident, errand: string, callBack: CallBack) => (busy: boolean) => void;
  [Part.Head]: WebSteps[WebStep.Head];
  [Part.Gate]: WebSteps[WebStep.Gate];
  [Part.Password]: WebSteps[WebStep.Password];
  [Part.Prepare]: WebSteps[WebStep.Prepare];
  [Part.Status]: WebSteps[WebStep.Status];
  [Part.Answer]: WebSteps[WebStep.Answer];
  [Part.Piece]: WebSteps[WebStep.Page];
  [Part.Upload]: WebSteps[WebStep.Upload];
  [Part.Form]: WebSteps[WebStep.Form];
  /** A request of the application's own HTTP server, as the connection that it came on. */
  [Part.HttpSocket]: (request: HttpRequest, response: HttpResponse) => EspruinoTcpSocket;
  [Part.Md5Hex]: (text: string) => string;
  [Part.Storage]: (it: Resident) => void;
  [Part.Tidy]: (it: Resident, need: number, name: string) => void;
}
