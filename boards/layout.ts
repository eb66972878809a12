/** How a board's flash is divided, as data. Addresses and sizes in bytes, addresses counted from the start of flash. */

/** Whether losing power at any moment of a *firmware* update leaves a board that boots a verified image. */
export type PowerSafety = "safe" | "not-power-safe";

interface LayoutFacts {
  readonly powerSafety: PowerSafety;
  /** Why, one sentence. */
  readonly powerReason: string;
  /** Why firmware cannot come over the air at all; absent where it can. Apps in Storage are another matter. */
  readonly refusal?: string;
}

/** ESP32 family: a partition table at 0x8000. */
export interface Esp32Layout extends LayoutFacts {
  readonly kind: "esp32";
  /** The table, a file of `boards/partitions` without its `.csv`. */
  readonly table: string;
  /** Where the ROM looks for the second-stage boot loader. */
  readonly bootLoader: number;
}

/** ESP8266 with Arduino's boot loader: one sketch, and an area behind it where the next one is staged. */
export interface EbootLayout extends LayoutFacts {
  readonly kind: "eboot";
  /** From 0 up to here go the sketch and its successor: `_FS_start - 0x40200000` of the linker script. */
  readonly area: number;
  /** Bytes of filesystem behind the area; 0 for none. */
  readonly filesystem: number;
  /** Bytes of the filesystem's pages and blocks. */
  readonly filesystemPage: number;
  readonly filesystemBlock: number;
  /** `_EEPROM_start - 0x40200000`. */
  readonly eeprom: number;
  /** Largest sketch that the linker script takes. */
  readonly sketchLimit: number;
}

/** No firmware that a board could replace: only the engine's Storage. */
export interface StoreOnlyLayout extends LayoutFacts {
  readonly kind: "store";
}

export type FlashLayout = Esp32Layout | EbootLayout | StoreOnlyLayout;
