/** What a board is made of, as data. One file a board; nothing here decides anything. */

import type { FlashLayout } from "./layout.js";

export type Chip = "esp8266" | "esp32" | "esp32c3" | "esp32s2" | "esp32s3" | "linux";

/** What stands for a chip in files and in its own loader. */
interface ChipNames {
  /** `family` byte of an app bundle; 0 there fits every board of its engine. */
  readonly family: number;
  /** `chip_id` of a firmware image (src/core/image/chips.ts); -1: any. */
  readonly imageId: number;
  readonly name: string;
}

export const chips: Readonly<Record<Chip, ChipNames>> = {
  esp8266: { family: 1, imageId: 0x8266, name: "ESP8266" },
  esp32: { family: 2, imageId: 0, name: "ESP32" },
  esp32c3: { family: 3, imageId: 5, name: "ESP32-C3" },
  esp32s3: { family: 4, imageId: 9, name: "ESP32-S3" },
  esp32s2: { family: 5, imageId: 2, name: "ESP32-S2" },
  linux: { family: 15, imageId: -1, name: "Linux" },
};

/** How Espruino is built for the board. Sizes and addresses in bytes. Source: facts of Espruino's boards/*.py. */
export interface EspruinoPort {
  /** `process.env.BOARD` of the builds that fit the board; the numbers here are those of the first. */
  readonly builds: readonly string[];
  /** Bytes of that build's firmware; absent where it has not been measured. */
  readonly firmwareSize?: number;
  /** Espruino's Storage: raw flash address and length. */
  readonly storage: { readonly offset: number; readonly size: number };
  /** Largest piece of a TCP 'data' event. */
  readonly tcpChunk: number;
  /**
   * Image bytes that the agent keeps together before it writes them, a power of two up to an erase block: the more, the
   * fewer writes an image takes, and the more variables in a row.
   */
  readonly batch: number;
  /** Longest datagram that arrives whole; longer ones are cut. */
  readonly udpMax: number;
  /** Hardware random number register, or 0 where there is none (Linux reads /dev/urandom). */
  readonly randomRegister: number;
  /** Addresses of MD5Init, MD5Update and MD5Final in the chip's ROM, or undefined where there is none to call. */
  readonly romMd5?: { readonly init: number; readonly update: number; readonly final: number };
  /** Native hashes of `require("crypto")`. */
  readonly hashes: readonly ("sha1" | "sha224" | "sha256" | "sha384" | "sha512")[];
  /** Whether the agent answers mDNS: not where the host's own responder has the port. */
  readonly mdns: boolean;
  /** JsVars at start. */
  readonly variables: number;
  /** Slots inside the Storage file "sluice" (src/core/update/store.ts), in erase blocks; each exists twice. */
  readonly store: { readonly agentBlocks: number; readonly appBlocks: number };
}

/** DeviceScript's stock firmware on the board. Sizes in bytes. */
export interface DeviceScriptPort {
  /** Name in DeviceScript's catalogue: `devs flash --board`, and `@dsboard/…` in a program. */
  readonly firmware: string;
  /** Pins that can be outputs and that the firmware knows as `P<number>`, without those the chip reads at its start. */
  readonly outputPins: readonly number[];
  /** Largest program that its flash store takes. */
  readonly programRoom: number;
  /** Largest code in a program: functions are found by 16 bits. */
  readonly codeRoom: number;
  /** Garbage-collected memory of the program. */
  readonly heap: number;
  /** Newest bytecode version that the last release of the firmware runs, as major.minor. */
  readonly runtime: string;
}

export interface Board {
  /** What `--board` takes, e.g. `esp32-devkit`. */
  readonly id: string;
  readonly title: string;
  readonly chip: Chip;
  /** Bytes. */
  readonly flashSize: number;
  /** Bytes of an erase block. */
  readonly blockLength: number;
  /** UDP port of the OTA listener: 3232 on ESP32, 8266 on ESP8266 (ArduinoOTA's defaults); 0 where none can be. */
  readonly otaPort: number;
  /** How the flash is divided, and what a power cut does to it. */
  readonly layout: FlashLayout;
  /** Absent where the board does not run Espruino. */
  readonly espruino?: EspruinoPort;
  /** Absent where the board does not run DeviceScript's firmware. */
  readonly devicescript?: DeviceScriptPort;
}
