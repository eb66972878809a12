import type { Board, EspruinoPort } from "../../../boards/index.js";
import type { BoardClock } from "../clock.js";
import type { NorFlash } from "../nor-flash.js";
import type { Pins } from "../pins.js";
import type { ResetReason } from "../rtc.js";
import type { Storage } from "../storage.js";
import type { Machine } from "./machine.js";
import type { BoardNetwork } from "./network.js";
import type { Realm } from "./realm.js";

/** Wall-clock time of the chip: counts from 0 at power-on until someone sets it. */
interface ChipTime {
  /** ms since 1970 by the chip's clock. */
  readonly now: () => number;
  readonly set: (ms: number) => void;
}

/** The hardware that a run of the interpreter finds. */
export interface Device {
  readonly board: Board;
  readonly espruino: EspruinoPort;
  readonly flash: NorFlash;
  /** Address of the firmware image that runs; -1 where that means nothing. */
  readonly runningOffset: number;
  readonly storage: Storage;
  readonly pins: Pins;
  readonly clock: BoardClock;
  readonly time: ChipTime;
  readonly network: BoardNetwork;
  readonly resetReason: ResetReason;
  /** `process.env.VERSION`, "2v29". */
  readonly version: string;
  /** Chip id, the same for the life of the board. */
  readonly serial: string;
  /** Name of the device that the console is on. */
  readonly console: string;
  /** What E.getErrorFlags returns; reading it clears it. */
  readonly errorFlags: string[];
  /** True right after a chip reset; false after load() and reset(). */
  readonly firstBoot: boolean;
  /** ms that the program gave its watchdog; 0 while it has none. */
  watchdogMs: number;
}

/** What the engine's libraries are made in: the interpreter, its sandbox, and the hardware around it. */
export interface Host {
  readonly machine: Machine;
  readonly realm: Realm;
  readonly device: Device;
}

/** The release of Espruino whose behaviour the virtual board was compared with. */
export const version = "2v29";
