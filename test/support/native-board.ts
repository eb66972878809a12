import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import { makeFlash, writeStorage } from "../../src/board/board-flash.js";
import type { BoardEvent } from "../../src/board/events.js";
import type { NorFlash } from "../../src/board/nor-flash.js";
import { VirtualBoard, type VirtualBoardOptions } from "../../src/board/virtual-board.js";
import { packageRoot } from "../../src/espruino/build/package-root.js";
import { UploadError } from "../../src/host/espota/upload-error.js";
import type { AnyUploadEvent } from "../../src/host/native/events.js";
import { type NativeUploadOptions, uploadNative } from "../../src/host/native/upload-native.js";
import { uploadImage } from "../../src/host/upload.js";
import { buildUser } from "./images.js";
import { type PacedClock, pacedClock } from "./paced-clock.js";
import { boardNamed, bundleOf, storageOf } from "./test-bundles.js";

const real = boardNamed("esp8266-4mb");
if (real.layout.kind !== "user12" || real.espruino === undefined)
  throw new Error("no ESP8266 with two slots");

/**
 * The board, but with more Storage than Espruino leaves it, so that these tests do not depend on how large the agent is
 * just now. Everything else, addresses of slots and rules of segments, is the real board's.
 */
export const esp8266: Board = {
  ...real,
  id: "esp8266-roomy",
  layout: { ...real.layout, maxImage: 0x8a000 },
  espruino: {
    ...real.espruino,
    storage: { offset: 0x8b000, size: 0x70000 },
    store: { agentBlocks: 19, appBlocks: 8 },
  },
};
export const password = "tulips";

/** Addresses of the two slots, and of the second Storage. */
export const user1At = 0x1000;
export const user2At = 0x101000;
export const storage1At = 0x8b000;
export const storage2At = 0x18b000;

/** Both images of a version, told apart by their length. */
export function firmware(version: number): { user1: Buffer; user2: Buffer } {
  const iromLength = 8192 + 16 * version;
  return { user1: buildUser({ slot: 1, iromLength }), user2: buildUser({ slot: 2, iromLength }) };
}

/** The garden on an ESP8266's pins. */
export const garden8266 = (version: string) => bundleOf("devs/garden", "esp8266.json", version, esp8266);

const wiring: unknown = JSON.parse(
  readFileSync(join(packageRoot(), "devs/garden/wiring-esp8266.json"), "utf8"),
);

/** A virtual ESP8266 as a cable leaves it, with an app that tells what happens to it. */
export class NativeBoard8266 {
  readonly virtual: VirtualBoard;
  readonly clock: PacedClock;
  readonly told: AnyUploadEvent[] = [];

  private constructor(
    readonly flash: NorFlash,
    more: Partial<VirtualBoardOptions>,
  ) {
    this.clock = pacedClock(20);
    this.virtual = new VirtualBoard({
      board: esp8266,
      flash,
      bench: wiring,
      clock: this.clock,
      hangMs: 15_000,
      ...more,
    });
  }

  static async start(
    more: Partial<VirtualBoardOptions> & { readonly app?: Uint8Array } = {},
  ): Promise<NativeBoard8266> {
    const { app = await garden8266("1.0.0"), ...options } = more;
    const flash = options.flash ?? makeFlash(esp8266);
    if (options.flash === undefined) {
      flash.program(user1At, firmware(1).user1);
      writeStorage(flash, esp8266, await storageOf({ app, password }, esp8266));
    }
    const board = new NativeBoard8266(flash, options);
    await board.virtual.start();
    return board;
  }

  get events(): readonly BoardEvent[] {
    return this.virtual.events;
  }

  wait(event: string, members: Readonly<Record<string, unknown>> = {}, from = 0): Promise<BoardEvent> {
    return this.virtual.waitFor(
      (one) => one.event === event && Object.entries(members).every(([name, value]) => one[name] === value),
      25_000,
      from,
    );
  }

  all(event: string, from = 0): BoardEvent[] {
    return this.events.slice(from).filter((one) => one.event === event);
  }

  /** Reachable, and past the time in which an update would be refused. */
  async settled(from = 0): Promise<void> {
    await this.wait("ready", {}, from);
    await this.wait("listening", { protocol: "tcp", port: 88 }, 0);
    await new Promise<void>((resolve) => {
      this.clock.after(5000, resolve);
    });
  }

  /** Cuts the power and gives it back. @returns the number of the first event of the new start */
  powerCycle(): number {
    this.virtual.powerCut();
    const from = this.events.length;
    this.virtual.powerOn();
    return from;
  }

  /** The bytes of an image's slot. */
  holds(slot: 1 | 2, image: Uint8Array): boolean {
    const at = slot === 1 ? user1At : user2At;
    return Buffer.compare(this.flash.read(at, image.length), image) === 0;
  }

  /** Sends an app by the ordinary way, and waits until it is confirmed. */
  async updateApp(app: Uint8Array): Promise<void> {
    const from = this.events.length;
    await uploadImage({
      image: app,
      to: { host: "127.0.0.1", port: this.virtual.udpPort ?? 0 },
      password,
      clock: this.clock,
    });
    await this.wait("reset", {}, from);
    await this.wait("confirmed", {}, from);
  }

  upload(images: NativeUploadOptions["images"], more: Partial<NativeUploadOptions> = {}) {
    return uploadNative({
      images,
      to: { host: "127.0.0.1", port: this.virtual.udpPort ?? 0 },
      nativePort: this.virtual.nativePort ?? 0,
      password,
      retries: 0,
      clock: this.clock,
      onEvent: (event) => this.told.push(event),
      ...more,
    });
  }

  async stop(): Promise<void> {
    await this.virtual.stop();
    this.clock.stop();
  }
}

export async function withNativeBoard(
  more: Parameters<typeof NativeBoard8266.start>[0],
  use: (board: NativeBoard8266) => Promise<void>,
): Promise<void> {
  const board = await NativeBoard8266.start(more);
  try {
    await use(board);
  } finally {
    await board.stop();
  }
}

/** What the upload was refused with. */
export async function refusal(upload: Promise<unknown>): Promise<UploadError> {
  try {
    await upload;
  } catch (error) {
    if (error instanceof UploadError) return error;
    throw error;
  }
  throw new Error("the upload was accepted");
}
