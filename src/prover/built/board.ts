import { setImmediate as nextTurn } from "node:timers/promises";
import type { BoardEvent } from "../../board/events.js";
import { manualClock } from "../../board/manual-clock.js";
import type { NorFlash } from "../../board/nor-flash.js";
import type { Tear } from "../../board/power-cut.js";
import { VirtualBoard } from "../../board/virtual-board.js";
import { PartitionType } from "../../core/flash/partition-table.js";
import { updateMode } from "../../core/update/errand.js";
import { uploadImage } from "../../host/index.js";
import { boardPartitions } from "../../image/partition-tables.js";
import { storePlace } from "../espruino-device.js";
import type { FindingKind } from "../scenario.js";
import { type BuiltBoardCode, type Subject, safePins, versions } from "./bundles.js";

/** ms of the board between two turns of our event loop, in which its sockets are served. */
const step = 5;

/** What went wrong: what the fast walk looks for, and what only pins can show. */
export interface BuiltFinding {
  readonly kind: FindingKind | "pins";
  readonly text: string;
}

/** A moment at which the power goes: the number of the operation, and how it is torn. */
export interface BuiltCut {
  readonly operation: number;
  readonly tear: Tear;
}

/** A stretch of flash, addresses. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A virtual board that runs built code, in time that passes as fast as the computer can. Its pins and its flash are
 * watched from outside: what the code reports does not count, except what it prints when it starts.
 */
export class BuiltBoard {
  readonly virtual: VirtualBoard;
  readonly findings: BuiltFinding[] = [];
  /** Times that the pins were looked at. */
  looks = 0;
  /** Flash operations of the code that runs, since `watchOperations`. */
  operations = 0;
  readonly #clock = manualClock();
  readonly #slots: Readonly<Record<Subject, readonly Span[]>>;
  readonly #partitions: ReadonlyMap<string, Span>;
  readonly #journal: Span;
  /** Number of the first event of the last start. */
  #from = 0;
  #running: Span | undefined;
  #cut: BuiltCut | undefined;

  constructor(
    { board }: BuiltBoardCode,
    readonly flash: NorFlash,
  ) {
    const place = storePlace(board);
    if (place === undefined) throw new RangeError(`${board.id} does not run Espruino`);
    const { layout, address } = place;
    const span = (block: number, blocks: number): Span => {
      const start = address + block * layout.blockLength;
      return { start, end: start + blocks * layout.blockLength };
    };
    this.#journal = span(layout.journal, 2);
    const apps = boardPartitions(board).filter(({ type }) => type === PartitionType.App);
    this.#partitions = new Map(
      apps.map(({ name, offset, size }) => [name, { start: offset, end: offset + size }]),
    );
    this.#slots = {
      app: layout.app.map((block) => span(block, layout.appBlocks)),
      agent: layout.agent.map((block) => span(block, layout.agentBlocks)),
      firmware: [...this.#partitions.values()],
    };
    this.virtual = new VirtualBoard({ board, flash, clock: this.#clock, hangMs: 15_000 });
    this.#watch();
  }

  /** Power comes back. */
  powerOn(): void {
    this.#from = this.virtual.events.length;
    this.virtual.powerOn();
  }

  /** The application's files are tidied: their copy goes behind the bundle that runs, whatever the pins do. */
  tidies = false;

  /** Counts operations from now on, and cuts the power in one of them. */
  watchOperations(cut: BuiltCut | undefined): void {
    this.operations = 0;
    this.#cut = cut;
  }

  /** Lets time pass until something is so. @param ms of the board, at most. @returns whether it came to be so */
  async live(until: () => boolean, ms: number): Promise<boolean> {
    for (let passed = 0; passed < ms && !until(); passed += step) {
      this.#clock.advance(step);
      await nextTurn();
    }
    return until();
  }

  /** How often it has started. */
  get starts(): number {
    return this.virtual.events.filter(({ event }) => event === "start").length;
  }

  /** Events since the last start. */
  private get since(): readonly BoardEvent[] {
    const { events } = this.virtual;
    for (let at = events.length - 1; at >= this.#from; at--)
      if (events[at].event === "start") return events.slice(at);
    return [];
  }

  has(event: string): boolean {
    return this.since.some((one) => one.event === event);
  }

  /** In update mode. */
  get isAlone(): boolean {
    return this.since.some(({ event, why }) => event === "boot" && why === updateMode);
  }

  get isDark(): boolean {
    return this.virtual.events.at(-1)?.event === "dark";
  }

  /** Name of the version that has started, as it printed it, or as the boot loader found it; "" for none. */
  runs(subject: Subject): string {
    if (subject === "firmware") {
      const version = this.#firmware?.["version"];
      return Object.keys(versions).find((name) => versions[name] === version) ?? "";
    }
    for (const { event, text } of this.since) {
      const said = event === "console" ? new RegExp(`^${subject} (\\w+) runs$`).exec(String(text)) : null;
      if (said !== null) return said[1];
    }
    return "";
  }

  /** What the boot loader started last. */
  get #firmware(): BoardEvent | undefined {
    const since = this.virtual.events.slice(this.#from);
    return since.filter(({ event }) => event === "firmware").at(-1);
  }

  /** What the application found remembered when it started. */
  get notes(): string | undefined {
    const line = this.since.find(({ event, text }) => event === "console" && /^notes /.test(String(text)));
    return line === undefined ? undefined : String(line["text"]).slice(6);
  }

  /** Whether a slot holds these bytes. */
  holds(subject: Subject, bytes: Uint8Array): boolean {
    return this.#spanOf(subject, bytes) !== undefined;
  }

  /** Sends an image over the network. @returns why it was not taken, or "" */
  async send(image: Uint8Array): Promise<string> {
    const cancel = new AbortController();
    let end: string | undefined;
    uploadImage({
      image,
      to: { host: "127.0.0.1", port: this.virtual.udpPort ?? 0 },
      clock: this.#clock,
      signal: cancel.signal,
    }).then(
      () => {
        end = "";
      },
      (error: Error) => {
        end = error.message;
      },
    );
    await this.live(() => end !== undefined || this.isDark, 180_000);
    cancel.abort();
    await this.live(() => end !== undefined, 1000);
    return end ?? "no answer";
  }

  stop(): Promise<void> {
    this.virtual.powerCut();
    return this.virtual.stop();
  }

  add(kind: BuiltFinding["kind"], text: string): void {
    if (!this.findings.some((one) => one.kind === kind && one.text === text))
      this.findings.push({ kind, text });
  }

  /** From now on the slot of what runs is not to be written to. @param bytes what runs */
  protect(subject: Subject, bytes: Uint8Array): void {
    this.#running =
      subject === "firmware"
        ? this.#partitions.get(`${this.#firmware?.["slot"]}`)
        : this.#spanOf(subject, bytes);
  }

  unprotect(): void {
    this.#running = undefined;
  }

  lookAtPins(when: string): void {
    this.#look(when, false);
  }

  #spanOf(subject: Subject, bytes: Uint8Array): Span | undefined {
    return this.#slots[subject].find(
      ({ start }) => Buffer.compare(this.flash.read(start, bytes.length), bytes) === 0,
    );
  }

  /** Looks at the pins at every flash operation, and before the loader has read the journal. */
  #watch(): void {
    const { flash } = this;
    const inside = (address: number, { start, end }: Span): boolean => address >= start && address < end;
    const slots = Object.values(this.#slots).flat();
    const read = flash.read.bind(flash);
    flash.read = (address, length) => {
      if (inside(address, this.#journal)) this.#look("the journal is read", false);
      return read(address, length);
    };
    flash.hook = ({ kind, address }) => {
      if (!this.virtual.running) return undefined;
      const toSlot = !this.tidies && slots.some((slot) => inside(address, slot));
      this.#look(toSlot ? `a slot is written to (${kind})` : `the journal is written to (${kind})`, toSlot);
      if (this.#running !== undefined && inside(address, this.#running))
        this.add("outside", `${kind} in the slot that runs`);
      const operation = this.operations++;
      return operation === this.#cut?.operation ? this.#cut.tear : undefined;
    };
  }

  /** @param isUpdate the equipment has to be in its safe state, whatever an application did before */
  #look(when: string, isUpdate: boolean): void {
    if (!this.virtual.running) return;
    this.looks++;
    const mustBeSafe = isUpdate || this.runs("app") === "";
    for (const { pin, level } of safePins) {
      const driven = this.virtual.pins.driven(pin);
      if (driven === undefined) this.add("pins", `${when} while pin ${pin} floats`);
      else if (mustBeSafe && driven !== level) this.add("pins", `${when} while pin ${pin} is at ${driven}`);
    }
  }
}
