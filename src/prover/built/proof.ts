import type { NorFlash } from "../../board/nor-flash.js";
import { tearModes, tearOf } from "../../board/power-cut.js";
import { Storage } from "../../board/storage.js";
import { JournalRecord } from "../../core/update/journal.js";
import { SeededRandom } from "../cut.js";
import { EspruinoDevice, storePlace } from "../espruino-device.js";
import { actSteps, LoggingBoard, stepOf, wrongFile } from "../paths/app-storage.js";
import type { EspruinoPath } from "../paths/espruino-paths.js";
import { World } from "../scenario.js";
import { BuiltBoard, type BuiltCut, type BuiltFinding } from "./board.js";
import { type BuiltBoardCode, image } from "./bundles.js";

/** The board that stands for all that run Espruino: what is built differs between them in addresses. */
export const builtLayout = "esp32-devkit";

export interface BuiltResult {
  readonly path: string;
  /** Flash operations of the path itself. */
  readonly operations: number;
  readonly cuts: number;
  /** Times that the pins were looked at. */
  readonly looks: number;
  /** With where the power went: "12.half", or "" when it did not. */
  readonly findings: readonly (BuiltFinding & { readonly cut: string })[];
}

function note(number: number): string {
  return `${number}:${"n".repeat(280)}`;
}

/** Starts that a settling board may need. */
const mostStarts = 24;
const subjects = ["firmware", "agent", "app"] as const;

/** What has happened to the version that is wanted in the end, which the board itself cannot be trusted with. */
interface Truth {
  committed: boolean;
  confirmed: boolean;
}

/**
 * Goes a path once without a cut, then with the power cut in some of its operations: always in the first and the last
 * one, where the order of writes shows, in others by the seed.
 */
export async function proveBuilt(
  code: BuiltBoardCode,
  path: EspruinoPath,
  options: { readonly seed: number; readonly cuts: number },
): Promise<BuiltResult> {
  const proof = new Proof(code, path);
  const random = new SeededRandom(options.seed, `built ${path.path}`);
  await proof.prepare();
  await proof.run(undefined);
  const { operations } = proof;
  for (let index = 0; index < options.cuts && operations > 0; index++) {
    const ends: readonly BuiltCut[] = [
      { operation: 0, tear: tearOf("complete") },
      { operation: operations - 1, tear: tearOf("bits", options.seed) },
    ];
    const tear = tearOf(tearModes[random.below(tearModes.length)], random.below(0x10000) + 1);
    await proof.run(ends[index] ?? { operation: random.below(operations), tear });
  }
  return { path: path.path, operations, cuts: options.cuts, looks: proof.looks, findings: proof.findings };
}

class Proof {
  readonly findings: (BuiltFinding & { readonly cut: string })[] = [];
  looks = 0;
  /** Flash operations of the path without a cut. */
  operations = 0;
  readonly #wanted: string;
  /** Of Storage, bytes. */
  readonly #size: number;
  /** The last step of a program that logs, before the path begins. */
  #last = -1;
  /** The chip right before the path begins. */
  #start: NorFlash;

  constructor(
    private readonly code: BuiltBoardCode,
    private readonly path: EspruinoPath,
  ) {
    this.#wanted = path.health === "well" ? "next" : "cure";
    this.#size = code.board.espruino?.storage.size ?? 0;
    this.#start = code.chip.fork();
  }

  /** Makes of the chip that cable left the one that the path begins with. */
  async prepare(): Promise<void> {
    const { records = 0, back, cutIn, isFresh } = this.path;
    const place = storePlace(this.code.board);
    if (place === undefined) throw new RangeError(`${this.code.board.id} does not run Espruino`);
    const device = new EspruinoDevice(new World(this.#start), place);
    const { journal } = device;
    journal.open();
    for (let used = 1; used < records; used++) journal.append(JournalRecord.Confirm);
    if (back === true) await this.#on("before", (board) => this.#update(board, "old", true));
    if (cutIn === "notes") {
      const notes = device.notes();
      notes.open();
      // Nearly a block of them, so that the other one has to take over.
      for (let i = Math.floor(place.layout.blockLength / 288) - 2; i > 0; i--) notes.remember(note(0));
    }
    if (cutIn === "files" && isFresh !== true)
      this.#last = new LoggingBoard(new World(this.#start), place, this.#size).fill();
    if (cutIn === "start") await this.#on("before", (board) => this.#update(board, "next", false));
  }

  /** The path, with the power cut in it or not, and what follows. */
  async run(cut: BuiltCut | undefined): Promise<void> {
    const start = this.#start;
    const name = cut === undefined ? "" : `${cut.operation}.${cut.tear.mode}`;
    await this.#on(name, async (board) => {
      const truth: Truth = { committed: false, confirmed: false };
      if (this.path.cutIn === "notes") return this.#remember(board, cut);
      if (this.path.cutIn === "files") return this.#log(board, cut);
      if (this.path.cutIn === "update") {
        board.powerOn();
        await this.#settle(board, truth);
        board.watchOperations(cut);
        await this.#send(board, "next", truth);
      } else {
        truth.committed = this.path.health === "well";
        board.watchOperations(cut);
        board.powerOn();
      }
      let runs = await this.#settle(board, truth);
      if (cut === undefined) this.operations = board.operations;
      board.watchOperations(undefined);
      if (board.findings.length > 0 || runs === this.#wanted) return;
      await this.#send(board, this.#wanted, truth);
      runs = await this.#settle(board, truth);
      if (runs !== this.#wanted)
        board.add("stuck", `sent again, ${this.#wanted} still does not run, but ${runs}`);
    });
    this.#start = start;
  }

  /** Note after note; what is found after the cut is the last whole one, or the one that was being written. */
  async #remember(board: BuiltBoard, cut: BuiltCut | undefined): Promise<void> {
    const truth: Truth = { committed: false, confirmed: false };
    board.powerOn();
    await this.#settle(board, truth);
    board.watchOperations(cut);
    let last = 0;
    for (let next = 1; next <= 4 && !board.isDark; next++) {
      board.virtual.run(`ota.remember(${JSON.stringify(note(next))})`, "console");
      if (!board.isDark) last = next;
    }
    if (cut === undefined) this.operations = board.operations;
    board.watchOperations(undefined);
    if (!board.isDark) board.virtual.powerCut();
    await this.#settle(board, truth);
    if (board.notes !== note(last) && board.notes !== note(last + 1))
      board.add("lost", `the last whole note was ${last}, found "${board.notes?.slice(0, 12)}"`);
  }

  /** Step after step of a program that logs, so that room has to be won back; what it keeps is there after the cut. */
  async #log(board: BuiltBoard, cut: BuiltCut | undefined): Promise<void> {
    const truth: Truth = { committed: false, confirmed: false };
    const address = this.code.board.espruino?.storage.offset ?? 0;
    board.tidies = true;
    board.powerOn();
    await this.#settle(board, truth);
    board.watchOperations(cut);
    let last = this.#last;
    for (let next = last + 1; next <= this.#last + actSteps && !board.isDark; next++) {
      const { name, data, deletes } = stepOf(next);
      const bytes = Buffer.from(data).toString("base64");
      board.virtual.run(`files.write("${name}",atob("${bytes}"));files.erase("${deletes}")`, "console");
      if (!board.isDark) last = next;
    }
    if (cut === undefined) this.operations = board.operations;
    board.watchOperations(undefined);
    if (!board.isDark) board.virtual.powerCut();
    await this.#settle(board, truth);
    const wrong = wrongFile(new Storage(board.flash, address, this.#size), last, cut === undefined);
    if (wrong !== "") board.add("lost", wrong);
  }

  async #update(board: BuiltBoard, name: string, settles: boolean): Promise<void> {
    const truth: Truth = { committed: false, confirmed: false };
    board.powerOn();
    await this.#settle(board, truth);
    await this.#send(board, name, truth);
    if (settles) await this.#settle(board, { committed: false, confirmed: false });
  }

  /** Runs something on a board of its own; what it leaves in flash is what the next one starts with. */
  async #on(cut: string, use: (board: BuiltBoard) => Promise<void>): Promise<void> {
    const board = new BuiltBoard(this.code, this.#start.fork());
    try {
      await use(board);
    } finally {
      await board.stop();
    }
    this.looks += board.looks;
    this.findings.push(...board.findings.map((finding) => ({ ...finding, cut })));
    this.#start = board.flash.fork();
  }

  /** Sends an image, and waits until the board restarts into it. */
  async #send(board: BuiltBoard, name: string, truth: Truth): Promise<void> {
    const { starts } = board;
    board.protect(this.path.subject, this.#image(board.runs(this.path.subject)));
    // An application that drives a safe pin from a timer has to be left for the update.
    if (this.path.alone)
      board.virtual.run("setInterval(function(){digitalWrite(new Pin(26),1)},100)", "console");
    const refused = await board.send(this.#image(name));
    if (refused === "") truth.committed ||= name === this.#wanted;
    else if (!board.isDark) board.add("stuck", `${name} is refused: ${refused}`);
    const after = this.path.alone ? starts + 1 : starts;
    if (refused === "") await board.live(() => board.isDark || board.starts > after, 5000);
    board.unprotect();
  }

  /** Lets the board start, as often as it does, until something stays up. @returns the name of what runs */
  async #settle(board: BuiltBoard, truth: Truth): Promise<string> {
    for (let count = 0; count < mostStarts; count++) {
      if (board.isDark) board.powerOn();
      const { starts } = board;
      const isOver = (): boolean => board.isDark || board.starts > starts;
      if (!(await board.live(() => board.has("ready") || isOver(), 40_000))) break;
      if (isOver()) continue;
      if (board.isAlone) {
        await board.live(isOver, 40_000);
        continue;
      }
      this.#judge(board, truth);
      const runs = board.runs(this.path.subject);
      if (runs === "next" && this.path.health !== "well") {
        this.#fail(board);
        await board.live(isOver, 40_000);
        continue;
      }
      const onTrial = board.has("trial");
      await board.live(() => board.has("confirmed") || isOver(), onTrial ? 40_000 : 4000);
      if (isOver()) continue;
      if (runs === this.#wanted) truth.confirmed = true;
      return runs;
    }
    board.add("brick", "nothing stays up and can be reached");
    return "";
  }

  /** What an application, an agent or a firmware that is not well does once it runs. */
  #fail(board: BuiltBoard): void {
    const throws = 'setTimeout(function(){throw new Error("not well")},1)';
    if (this.path.health === "hangs") board.virtual.reset("watchdog");
    else board.virtual.run(throws, "firmware");
  }

  #judge(board: BuiltBoard, truth: Truth): void {
    board.lookAtPins("the board can be reached");
    for (const subject of subjects) {
      const name = board.runs(subject);
      if (name === "") board.add(subject === "app" ? "lost" : "brick", `no ${subject} runs`);
      else if (!board.holds(subject, this.#image(name, subject)))
        board.add("unverified", `the ${subject} that runs says ${name}, which no slot holds`);
      if (name === "older") board.add("downgrade", `the ${subject} runs that was replaced long ago`);
    }
    const runs = board.runs(this.path.subject);
    if (runs === this.#wanted || runs === "") return;
    if (truth.confirmed) board.add("downgrade", `${runs} runs although ${this.#wanted} was confirmed`);
    else if (truth.committed)
      board.add("uninstalled", `${runs} runs although ${this.#wanted} was committed and is well`);
  }

  #image(name: string, subject = this.path.subject): Uint8Array {
    const isIll = name === "next" && subject === this.path.subject;
    return image(this.code.board, this.code.agent, subject, name, isIll ? this.path.health : "well");
  }
}
