import { createHash } from "node:crypto";
import type { EspruinoPort } from "../../boards/index.js";
import { Bench } from "./bench.js";
import { makeFlash } from "./board-flash.js";
import { ChipBoard, type ChipBoardOptions } from "./chip-board.js";
import { type Device, version } from "./espruino/device.js";
import { bootFirmware, installEspruino } from "./espruino/install.js";
import { type DialectCheck, type HaltKind, Machine } from "./espruino/machine.js";
import { BoardNetwork, type NetworkPlace } from "./espruino/network.js";
import type { NorFlash } from "./nor-flash.js";
import { Pins } from "./pins.js";
import { PowerCut } from "./power-cut.js";
import type { ResetReason } from "./rtc.js";
import { Storage } from "./storage.js";

export interface VirtualBoardOptions extends ChipBoardOptions, NetworkPlace {
  /** What the board starts from; blank unless given. */
  readonly flash?: NorFlash | undefined;
  /** The parsed wiring.json of what stands around it. */
  readonly bench?: unknown;
  readonly dialectCheck?: DialectCheck;
  /** Real ms that one turn of the firmware may take before the watchdog bites; default: what the firmware set. */
  readonly hangMs?: number;
  /** Chip id; made from the board's name unless given. */
  readonly serial?: string;
  /** Espruino's version; what is modelled stays as it is. */
  readonly engineVersion?: string;
}

/** ms of the board between a reset and its first instruction. */
const bootMs = 10;

/** How the interpreter starts: after a chip reset, by reset(), or by load() with or without a file. */
type Start = { readonly kind: "chip" } | Extract<HaltKind, { kind: "load" | "reset" }>;

/**
 * A board that runs what is in its flash. Reset and power cut end the firmware at once, with its timers and sockets;
 * flash, the bench and the world around stay. After a power cut it is dark until `powerOn`.
 */
export class VirtualBoard extends ChipBoard {
  readonly storage: Storage;
  readonly pins = new Pins();
  readonly bench: Bench | undefined;
  readonly serial: string;
  readonly #espruino: EspruinoPort;
  readonly #options: VirtualBoardOptions;
  readonly #network: BoardNetwork;
  #machine: Machine | undefined;
  #errorFlags: string[] = [];
  #cancelBoot: () => void = () => undefined;
  /** Address of the firmware that runs. */
  #running = -1;
  /** Clock minus the chip's own idea of the time. */
  #timeZero = 0;
  resetReason: ResetReason = "power-on";

  constructor(options: VirtualBoardOptions) {
    const { board } = options;
    if (!board.espruino) throw new RangeError(`${board.id} does not run Espruino`);
    super(options, options.flash ?? makeFlash(board));
    this.#espruino = board.espruino;
    this.#options = options;
    this.storage = new Storage(this.flash, board.espruino.storage.offset, board.espruino.storage.size);
    this.serial = options.serial ?? createHash("md5").update(board.id).digest("hex").slice(0, 12);
    this.#network = new BoardNetwork(options, (event) => this.add(event));
    if (options.bench !== undefined)
      this.bench = new Bench(options.bench, this.pins, this.clock, (event) => this.add(event));
  }

  /** Lines that the firmware printed. */
  get console(): readonly string[] {
    return this.events.filter((event) => event.event === "console").map((event) => String(event["text"]));
  }

  get running(): boolean {
    return this.#machine !== undefined;
  }

  /** Our port for the board's OTA listener, once it is bound. */
  get udpPort(): number | undefined {
    return this.#network.firstPort("udp");
  }

  /** Our port for the board's web server, once it listens. */
  get httpPort(): number | undefined {
    return this.#network.port("tcp", 80);
  }

  /** Powers the board; its boot files have run when this resolves. */
  async start(): Promise<void> {
    this.powerOn();
  }

  powerOn(): void {
    if (this.#machine) return;
    this.#network.wake();
    this.#timeZero = this.clock.now();
    this.#boot("power-on");
  }

  /** Gives the running interpreter a piece of code, as its console would. */
  run(code: string, name: string): void {
    this.#machine?.run(code, name);
  }

  /**
   * The engine notes what went wrong in it, for example "MEMORY": E's "errorFlag" and E.getErrorFlags report it. The
   * virtual board has no limits of its own that would raise one.
   */
  errorFlag(flag: string): void {
    const machine = this.#machine;
    if (!machine || this.#errorFlags.includes(flag)) return;
    this.#errorFlags.push(flag);
    const { E } = machine.realm.global as { E: object };
    machine.emitters.queue(E, "errorFlag", machine.realm.array(this.#errorFlags));
  }

  /** The power goes, at once: RTC memory is lost, pins float, peers receive nothing more. */
  powerCut(): void {
    this.#network.silently(() => this.#end());
    this.rtc.losePower();
    this.add({ event: "dark" });
  }

  /** The reset pin, or whatever else restarts the chip with the power on. */
  reset(reason: ResetReason = "pin"): void {
    this.#end();
    this.add({ event: "reset", reason });
    this.#cancelBoot = this.clock.after(bootMs, () => this.#boot(reason));
  }

  /** Ends everything; resolves when the last socket is closed. */
  async stop(): Promise<void> {
    this.#end();
    this.#network.wake();
    this.bench?.close();
    await this.#network.settled();
  }

  #end(): void {
    this.#cancelBoot();
    this.#machine?.dispose();
    this.#machine = undefined;
    this.pins.float();
  }

  #boot(reason: ResetReason, start: Start = { kind: "chip" }): void {
    this.resetReason = reason;
    const firstBoot = start.kind === "chip";
    if (firstBoot) {
      if (!this.#startFirmware(reason)) return;
      this.add({ event: "start", reason });
    }
    this.#errorFlags = [];
    const device = this.#device(firstBoot);
    const machine = new Machine({
      hangMs: () => this.#hangMs(device),
      dialectCheck: this.#options.dialectCheck,
      print: (text) => this.add({ event: "console", text }),
      onHalt: (halt) => this.#halted(halt),
    });
    this.#machine = machine;
    installEspruino(machine, device);
    const { E } = machine.realm.global as { E: object };
    machine.emitters.onEmit = (target, event, [detail]) => {
      if (event === "sluice" && target === E) this.#addFromAgent(detail);
    };
    bootFirmware(machine, device, start.kind === "reset", start.kind === "load" ? start.file : undefined);
  }

  /**
   * Real ms that one turn may take. A program without a watchdog would hang for ever on a chip; here it gets a minute. A
   * board with fast time has no faster processor, hence the floor.
   */
  #hangMs({ watchdogMs }: Device): number {
    if (this.#options.hangMs !== undefined) return this.#options.hangMs;
    return watchdogMs === 0 ? 60_000 : Math.max(watchdogMs / this.clock.speed, 2000);
  }

  /**
   * The chip's boot loader; an image that is in the slot has to be one that it starts.
   * @returns whether there is an engine to run
   */
  #startFirmware(reason: ResetReason): boolean {
    try {
      this.#running = -1;
      const outcome = this.runBootLoader(reason);
      if (outcome.kind !== "nothing") this.#running = outcome.offset;
      if (outcome.kind === "virtual") return true;
      this.reportFirmware(outcome);
      return outcome.kind === "image" && outcome.verdict.sound;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.powerCut();
      return false;
    }
  }

  /** An event of the agent. A copy, so that nothing of the sandbox leaves it. */
  #addFromAgent(detail: unknown): void {
    const copy: unknown = JSON.parse(JSON.stringify(detail ?? null));
    if (typeof copy === "object" && copy !== null && "event" in copy)
      this.add({ ...copy, event: String(copy.event) });
  }

  #halted(halt: HaltKind): void {
    switch (halt.kind) {
      case "reboot":
        this.reset("software");
        return;
      case "sleep":
        this.#end();
        this.add({ event: "sleep", ms: halt.ms });
        this.#cancelBoot = this.clock.after(halt.ms + bootMs, () => this.#boot("deep-sleep"));
        return;
      case "watchdog":
        this.add({ event: "hang" });
        this.reset("watchdog");
        return;
      case "abort":
        this.add({ event: "abort", text: halt.text });
        this.reset("software");
        return;
      case "power-cut":
        this.powerCut();
        return;
      case "quit":
        this.#end();
        return;
      case "load":
      case "reset":
        this.#end();
        this.#cancelBoot = this.clock.after(0, () => this.#boot(this.resetReason, halt));
    }
  }

  #device(firstBoot: boolean): Device {
    return {
      board: this.board,
      espruino: this.#espruino,
      flash: this.flash,
      runningOffset: this.#running,
      storage: this.storage,
      pins: this.pins,
      clock: this.clock,
      time: {
        now: () => this.clock.now() - this.#timeZero,
        set: (ms) => {
          this.#timeZero = this.clock.now() - ms;
        },
      },
      network: this.#network,
      resetReason: this.resetReason,
      version: this.#options.engineVersion ?? version,
      serial: this.serial,
      console: this.board.chip === "linux" ? "USB" : "Serial1",
      errorFlags: this.#errorFlags,
      firstBoot,
      watchdogMs: 0,
    };
  }
}
