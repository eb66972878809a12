import { uploadImage } from "../../../../src/host/index.js";
import { guarded, type Rig, sharedToken, startRig } from "../../../server/support/rig.js";
import { plain } from "../apps.js";
import { Esp32Board, firmwareFolder, hostAddress } from "../esp32-board.js";
import { firmwareOf, password } from "../flash-file.js";
import { holdsApp, startsFirmware } from "./in-flash.js";
import { startUpdate, type WayName } from "./ways.js";

/** Bytes of comment in a version; with them an update takes some seconds. */
const leastComment = 2000;
const mostComment = 24_000;
const startMs = 300_000;
/** Of the update that has to be possible after a cut. */
const tries = 3;

export interface CutResult {
  readonly way: WayName;
  /** Seconds after the start of the update. */
  readonly after: number;
  /** The board's last event before. */
  readonly during: string;
  /** What ran afterwards; undefined: the board is lost. */
  readonly ran: "old" | "new" | undefined;
  /** What was refused on the way; of a lost board, what is wrong with it. */
  readonly problem: string;
  /** Starts that stood still in the emulator. */
  readonly stalls: number;
}

interface Version {
  readonly name: string;
  readonly image: Uint8Array;
}

/** A board, a server for it, and the version that it has. */
export class CutScene {
  #made = 1;

  private constructor(
    readonly it: Esp32Board,
    private readonly rig: Rig,
    private current: Version,
    private readonly random: () => number,
  ) {}

  static async start(random: () => number): Promise<CutScene> {
    const rig = await startRig({ secrets: guarded });
    try {
      const image = await plain("1.0.1");
      const url = `http://${hostAddress}:${rig.port}/update`;
      const pull = { url, token: sharedToken, jitter: 0, everyMs: 10_000 };
      const it = await Esp32Board.start(image, { web: true, pull });
      return new CutScene(it, rig, { name: "plain@1.0.1", image }, random);
    } catch (error) {
      await rig.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.it.stop();
    await this.rig.stop();
  }

  /** One update without a cut. @returns seconds from its start until the new version was confirmed */
  async whole(way: WayName): Promise<number> {
    const next = await this.#next();
    const from = this.it.events.length;
    const started = performance.now();
    const end = startUpdate(way, this.it, this.rig, next.image);
    try {
      const name = way === "firmware" ? this.current.name : next.name;
      await this.it.wait("confirmed", { app: name }, from, 2 * startMs);
    } finally {
      await end();
    }
    if (way !== "firmware") this.current = next;
    return (performance.now() - started) / 1000;
  }

  /** The power goes at a random moment of an update that takes so many seconds in all. */
  async cut(way: WayName, seconds: number): Promise<CutResult> {
    const { it } = this;
    const next = await this.#next();
    const after = this.random() * seconds;
    const from = it.events.length;
    const stalls = it.stalls;
    const end = startUpdate(way, it, this.rig, next.image);
    await new Promise((resolve) => setTimeout(resolve, after * 1000));
    await it.powerOff();
    const during = String(it.events.slice(from).at(-1)?.event ?? "nothing yet");
    await end();
    const found = await this.#judge(way, next).catch((error: unknown) => ({
      ran: undefined,
      problem: String(error).split("\n")[0] ?? "",
    }));
    return { way, after, during, ...found, stalls: it.stalls - stalls };
  }

  async #next(): Promise<Version> {
    const version = `1.0.${++this.#made}`;
    const comment = leastComment + Math.floor(this.random() * (mostComment - leastComment));
    return { name: `plain@${version}`, image: await plain(version, comment) };
  }

  /** Boots, and looks at everything that has to hold. @throws Error what does not */
  async #judge(way: WayName, next: Version): Promise<{ ran: "old" | "new"; problem: string }> {
    const { it } = this;
    const from = it.events.length;
    it.powerOn();
    const ready = await it.wait("ready", {}, from, startMs);
    const { app, slot } = ready;
    const known = [this.current, next].find(({ name }) => name === app);
    if (known === undefined) throw new Error(`${app} runs`);
    if (!holdsApp(it.flash, slot, known.image)) throw new Error(`slot ${slot} is not the image of ${app}`);
    if (!startsFirmware(it.flash, firmwareOf(firmwareFolder))) throw new Error("the firmware is damaged");
    if (way !== "firmware") this.current = known;
    if (ready["trial"] === true) await it.wait("confirmed", {}, from, startMs);
    // Reachable, and able to take the next one.
    const small = { name: `plain@2.0.${this.#made}`, image: await plain(`2.0.${this.#made}`) };
    const updated = it.events.length;
    const refused = await this.#send(small.image);
    await it.wait("confirmed", { app: small.name }, updated, startMs);
    this.current = small;
    return { ran: known === next ? "new" : "old", problem: refused };
  }

  /** As a person would, who tries again. @returns what the board refused with before it took it */
  async #send(image: Uint8Array): Promise<string> {
    let refused = "";
    for (let left = tries; ; left--) {
      try {
        await uploadImage({ image, to: this.it.target, password });
        return refused;
      } catch (error) {
        refused = `${error}`;
        if (left <= 1) throw error;
      }
    }
  }
}
