import type { Board } from "../../boards/index.js";
import wiring from "../../devs/garden/wiring.json" with { type: "json" };
import type { Bench } from "../../src/board/bench.js";
import type { BoardEvent } from "../../src/board/events.js";
import type { NorFlash } from "../../src/board/nor-flash.js";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { type StoreLayout, storeLayout } from "../../src/core/update/store.js";
import type { ProvisionOptions } from "../../src/espruino/provision.js";
import { UploadError, type UploadOptions, type UploadResult, uploadImage } from "../../src/host/index.js";
import { type PacedClock, pacedClock } from "./paced-clock.js";
import { esp32, provisionedChip } from "./test-bundles.js";

/** Board seconds in one of ours, unless a test wants another pace. */
const usualSpeed = 40;
const hurriedSpeed = 2000;
/** Longest wait for anything, ms of ours. */
const patienceMs = 25_000;

/** Pump and valves of the garden's wiring. */
export const valvePins = [33, 25, 26, 27];

/** What the board is provisioned with (without a password it is open), and how it runs. */
export interface GardenSetup extends Omit<ProvisionOptions, "agent" | "open"> {
  /** Default: the ESP32 of most tests. */
  readonly board?: Board;
  /** A chip that was used before, instead of a new one. */
  readonly flash?: NorFlash;
  readonly speed?: number;
  readonly hangMs?: number;
}

/** A level that the program gave to a valve or the pump, and the board's time, ms. */
export interface PinChange {
  readonly t: number;
  readonly pin: number;
  readonly level: 0 | 1;
}

/** A virtual ESP32 with the garden's valves around it, and what tests want to know of it. */
export class GardenBoard {
  readonly virtual: VirtualBoard;
  readonly bench: Bench;
  /** Every time a valve or the pump was driven to another level. */
  readonly pinChanges: PinChange[] = [];
  readonly #clock: PacedClock;
  readonly #layout: StoreLayout;

  private constructor(
    private readonly board: Board,
    readonly flash: NorFlash,
    private readonly speed: number,
    hangMs: number,
    private readonly password: string | undefined,
  ) {
    this.#clock = pacedClock(speed);
    this.virtual = new VirtualBoard({ board, flash, bench: wiring, clock: this.#clock, hangMs });
    if (this.virtual.bench === undefined) throw new Error("the bench is missing");
    this.bench = this.virtual.bench;
    const store = board.espruino?.store ?? { agentBlocks: 0, appBlocks: 0 };
    this.#layout = storeLayout(board.blockLength, store.agentBlocks, store.appBlocks);
    this.virtual.pins.listen((pin) => {
      const level = this.virtual.pins.driven(pin);
      if (level !== undefined && valvePins.includes(pin))
        this.pinChanges.push({ t: this.#clock.now(), pin, level });
    });
  }

  /** A board whose boot files have run. */
  static async start(setup: GardenSetup): Promise<GardenBoard> {
    const { board = esp32, flash, speed = usualSpeed, hangMs = 15_000, ...provision } = setup;
    const { password } = provision;
    const chip = flash ?? (await provisionedChip({ ...provision, open: password === undefined }));
    const garden = new GardenBoard(board, chip, speed, hangMs, password);
    await garden.virtual.start();
    return garden;
  }

  get events(): readonly BoardEvent[] {
    return this.virtual.events;
  }

  /** Number of the event that comes next after `event`; those that came while the test awaited it count, too. */
  after(event: BoardEvent): number {
    return this.events.indexOf(event) + 1;
  }

  /** Waits for an event of that name with these members, from event number `from` on. */
  wait(event: string, members: Readonly<Record<string, unknown>> = {}, from = 0): Promise<BoardEvent> {
    const fits = (one: BoardEvent) =>
      one.event === event && Object.entries(members).every(([name, value]) => one[name] === value);
    return this.virtual.waitFor(fits, patienceMs, from);
  }

  /** Lets the board live on until its last start counts as a good one (core/update/trial.ts: 3 s reachable and well). */
  settled(): Promise<void> {
    return this.lives(5000);
  }

  /** So many ms of the board pass. */
  lives(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(ms, () => resolve());
    });
  }

  /** Cuts the power and gives it back. @returns the number of the first event of the new start */
  powerCycle(): number {
    this.virtual.powerCut();
    const from = this.events.length;
    this.virtual.powerOn();
    return from;
  }

  /** Waits until it listens. @returns the event, which names app and slot */
  ready(from = 0): Promise<BoardEvent> {
    return this.wait("ready", {}, from);
  }

  /** Events of that name so far. */
  all(event: string, from = 0): BoardEvent[] {
    return this.events.slice(from).filter((one) => one.event === event);
  }

  get target(): { readonly host: string; readonly port: number } {
    return { host: "127.0.0.1", port: this.virtual.udpPort ?? 0 };
  }

  /** Sends an image with the board's own password; the host lives by the board's clock. */
  upload(image: Uint8Array, more: Partial<UploadOptions> = {}): Promise<UploadResult> {
    const clock = this.#clock;
    return uploadImage({ image, to: this.target, password: this.password, retries: 0, clock, ...more });
  }

  /** Sends what must be refused. @returns why */
  async refused(image: Uint8Array, more: Partial<UploadOptions> = {}): Promise<UploadError> {
    try {
      await this.upload(image, more);
    } catch (error) {
      if (error instanceof UploadError) return error;
      throw error;
    }
    throw new Error("the upload was accepted");
  }

  /** Sends an image and waits until it runs and is confirmed. @returns the event "confirmed" */
  async update(image: Uint8Array, more: Partial<UploadOptions> = {}): Promise<BoardEvent> {
    const from = this.events.length;
    await this.upload(image, more);
    // The old version may be settling just now: only what comes after the restart counts.
    const reset = await this.wait("reset", {}, from);
    return this.wait("confirmed", {}, this.after(reset));
  }

  /** Presses the garden's button and waits until water runs through valve 2. */
  async water(): Promise<void> {
    const from = this.events.length;
    this.bench.press();
    await this.wait("pump", { state: "on" }, from);
  }

  /** Addresses of a slot on the chip. */
  slot(kind: "agent" | "app", index: number): { readonly start: number; readonly end: number } {
    const { blockLength, espruino } = this.board;
    const start = (espruino?.storage.offset ?? 0) + this.#layout[kind][index] * blockLength;
    const blocks = kind === "agent" ? this.#layout.agentBlocks : this.#layout.appBlocks;
    return { start, end: start + blocks * blockLength };
  }

  content(kind: "agent" | "app", index: number): Buffer {
    const { start, end } = this.slot(kind, index);
    return Buffer.from(this.flash.read(start, end - start));
  }

  /** From now on a write into the slot throws and changes nothing. @returns what lifts it */
  protect(kind: "agent" | "app", index: number): () => void {
    const { start, end } = this.slot(kind, index);
    return this.flash.protect(start, end, `${kind} slot ${index} is running`);
  }

  /** Lets minutes of the board pass in a moment; for waits without network traffic. */
  async hurry<T>(wait: Promise<T>): Promise<T> {
    this.#clock.pace(hurriedSpeed);
    return wait.finally(() => this.#clock.pace(this.speed));
  }

  async stop(): Promise<void> {
    await this.virtual.stop();
    this.#clock.stop();
  }
}

/** Runs `use` with a board and ends the board, whatever happens. */
export async function withBoard(
  setup: GardenSetup,
  use: (board: GardenBoard) => Promise<void>,
): Promise<void> {
  const board = await GardenBoard.start(setup);
  try {
    await use(board);
  } finally {
    await board.stop();
  }
}
