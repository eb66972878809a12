import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { type BoardEvent, EventLog } from "../../../src/board/events.js";
import type { ProvisionOptions } from "../../../src/espruino/provision.js";
import { DebugLink } from "./debug-link.js";
import { flashFile } from "./flash-file.js";
import { freePort } from "./free-port.js";
import { findStack, paintLine, type StackPlace, stackUsed } from "./task-stack.js";

export const emulator = process.env["ESP32_QEMU"] ?? "";
export const firmwareFolder = process.env["ESPRUINO_ESP32"] ?? "";
export const isSet = emulator !== "" && firmwareFolder !== "";

/** A start takes half a minute on a busy computer, and one may fail in the emulator. */
const patienceMs = 240_000;
/**
 * So long without a line, from the chip's first one until the listener stands. The emulated cores sometimes lock one
 * another in the vendor's code, where a real chip has a watchdog that the emulator has not: it is switched off and on again.
 */
const stallMs = 60_000;
/** In a row; a board that starts no more is not helped for ever. */
const mostStalls = 3;
const boardAddress = "192.168.4.15";
/** Where the board reaches this computer's 127.0.0.1. */
export const hostAddress = "192.168.4.2";
/** Lines of the console that are kept for whoever has to find out. */
const keptLines = 400;

/**
 * Espruino's own ESP32 firmware in an emulator, with Wi-Fi: its flash is a file, a power cut is SIGKILL. The chip
 * restarts by itself in the same process.
 */
export class Esp32Board {
  readonly #log = new EventLog(() => performance.now());
  /** The last lines, each with seconds since the emulator's start. */
  readonly console: string[] = [];
  #poweredAt = 0;
  #child: ChildProcess | undefined;
  #stack: StackPlace | undefined;
  #asked = 0;
  #stallTimer: NodeJS.Timeout | undefined;
  #stallsInRow = 0;
  #isStarting = true;
  /** Starts that stood still in the emulator. */
  stalls = 0;
  /** From the next power-on: whether the chip's watchdogs run. On a busy computer they restart a board that is well. */
  watchdog = false;
  /** Of the firmware, each of which is a restart of its own. */
  panics = 0;
  #line = "";
  readonly #lineListeners = new Set<(line: string) => void>();

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly web: number,
    private readonly debug: number,
  ) {}

  /** Boots and waits for the listener. */
  static async start(app: Uint8Array, more: Partial<ProvisionOptions> = {}): Promise<Esp32Board> {
    const folder = mkdtempSync(join(tmpdir(), "sluice-esp32-"));
    const it = new Esp32Board(folder, await freePort(), await freePort(), await freePort());
    writeFileSync(it.flash, await flashFile(firmwareFolder, app, more));
    it.powerOn();
    try {
      await it.wait("ready", {}, 0);
      await it.wait("named", {}, 0);
    } catch (error) {
      await it.stop();
      throw new Error(`${error}\n${it.console.slice(-40).join("\n")}`);
    }
    return it;
  }

  get flash(): string {
    return join(this.folder, "flash.bin");
  }

  get events(): readonly BoardEvent[] {
    return this.#log.events;
  }

  get target(): { readonly host: string; readonly port: number } {
    return { host: "127.0.0.1", port: this.port };
  }

  /** Waits for an event of that name and these members, from event number `from` on. */
  wait(
    event: string,
    members: Readonly<Record<string, unknown>> = {},
    from = this.events.length,
    withinMs = patienceMs,
  ): Promise<BoardEvent> {
    const fits = (one: BoardEvent) =>
      one.event === event && Object.entries(members).every(([name, value]) => one[name] === value);
    return this.#log.waitFor(fits, withinMs, from);
  }

  powerOn(): void {
    const forwards = [
      `udp:127.0.0.1:${this.port}-${boardAddress}:3232`,
      `tcp:127.0.0.1:${this.web}-${boardAddress}:80`,
    ];
    const child = spawn(
      emulator,
      [
        ...["-M", "esp32", "-display", "none", "-monitor", "none", "-serial", "stdio"],
        ...["-drive", `if=mtd,format=raw,file=${this.flash}`],
        ...["-global", `driver=timer.esp32.timg,property=wdt_disable,value=${!this.watchdog}`],
        ...["-nic", `user,model=esp32_wifi,net=192.168.4.0/24,hostfwd=${forwards.join(",hostfwd=")}`],
        ...["-gdb", `tcp:127.0.0.1:${this.debug}`],
      ],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    this.#child = child;
    this.#poweredAt = performance.now();
    this.#stack = undefined;
    this.#line = "";
    try {
      // The two emulated cores starve one another on a busy computer. Not every user may raise the priority.
      if (child.pid !== undefined) setPriority(child.pid, -10);
    } catch {}
    child.stdout.on("data", (data: Buffer) => this.#read(data.toString("latin1")));
    child.stderr.on("data", (data: Buffer) => this.#keep(`emulator: ${data.toString("latin1").trim()}`));
    child.stdin.on("error", () => undefined);
    this.#watchStart();
    child.once("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
  }

  /** Ends the emulator in whatever it does. */
  async powerOff(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    clearTimeout(this.#stallTimer);
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** @returns number of the next event */
  async powerCycle(): Promise<number> {
    await this.powerOff();
    const from = this.events.length;
    this.powerOn();
    return from;
  }

  async stop(): Promise<void> {
    await this.powerOff();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Types a line on the console; it is not echoed. */
  type(line: string): void {
    this.#child?.stdin?.write(`\x10${line}\n`);
  }

  /** The value of an expression on the board. */
  async evaluate(expression: string, withinMs = 30_000): Promise<unknown> {
    const mark = `=${++this.#asked}=`;
    const answer = this.waitForLine((line) => line.includes(mark), withinMs);
    const start = `print("="+${this.#asked}+"="`;
    this.type(`try{${start}+JSON.stringify(${expression}))}catch(e){${start}+"!"+e)}`);
    const line = await answer;
    const text = line.slice(line.indexOf(mark) + mark.length);
    if (text.startsWith("!")) throw new Error(`${expression}: ${text.slice(1)}`);
    return text === "undefined" ? undefined : JSON.parse(text);
  }

  waitForLine(fits: (line: string) => boolean, withinMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#lineListeners.delete(look);
        reject(new Error(`no such line on the console; last:\n${this.console.slice(-20).join("\n")}`));
      }, withinMs);
      const look = (line: string): void => {
        if (!fits(line)) return;
        clearTimeout(timer);
        this.#lineListeners.delete(look);
        resolve(line);
      };
      this.#lineListeners.add(look);
    });
  }

  /** Of Espruino's variables, once garbage is gone. */
  async variablesUsed(): Promise<number> {
    return Number(await this.evaluate("process.memory().usage"));
  }

  /** Bytes of the C stack in use at most since the start, or since `forgetStack`. */
  async stackUsed(): Promise<number> {
    const place = await this.#place();
    return this.#debug((link) => stackUsed(link, place));
  }

  async forgetStack(): Promise<void> {
    await this.evaluate(paintLine(await this.#place()));
  }

  async #place(): Promise<StackPlace> {
    this.#stack ??= await this.#debug(findStack);
    return this.#stack;
  }

  async #debug<T>(use: (link: DebugLink) => Promise<T>): Promise<T> {
    const link = await DebugLink.open(this.debug);
    try {
      return await use(link);
    } finally {
      link.close();
    }
  }

  #watchStart(): void {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = setTimeout(() => {
      if (this.#stallsInRow >= mostStalls) return;
      this.#stallsInRow++;
      this.stalls++;
      void this.powerCycle();
    }, stallMs);
  }

  #read(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() ?? "";
    for (const raw of lines) this.#keep(raw.replaceAll("\r", ""));
  }

  #keep(line: string): void {
    this.console.push(`${((performance.now() - this.#poweredAt) / 1000).toFixed(1).padStart(6)} ${line}`);
    if (this.console.length > keptLines) this.console.shift();
    for (const listener of [...this.#lineListeners]) listener(line);
    if (line.startsWith("Guru Meditation")) this.panics++;
    if (line.startsWith("rst:")) this.#isStarting = true;
    if (this.#isStarting) this.#watchStart();
    const found = /sluice (\{.*\})/.exec(line);
    if (found === null) return;
    try {
      this.#log.add(JSON.parse(found[1] ?? ""));
      if (this.#log.events.at(-1)?.event !== "ready") return;
      this.#isStarting = false;
      clearTimeout(this.#stallTimer);
      this.#stallsInRow = 0;
    } catch {
      // A line that a restart has cut off.
    }
  }
}
