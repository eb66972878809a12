import { ChipId } from "./chips.js";

/** Which boot loader will run the image; it decides which formats are of use. */
export type BootLoader = "any" | "esp32" | "eboot";

/** What a firmware image has to suit. */
export interface ImageTarget {
  readonly boot: BootLoader;
  /** `ChipId`. */
  readonly chip: number;
  /** Chip revision as major * 100 + minor; -1 when not known. */
  readonly revision: number;
  /** Bytes of the flash chip; 0 when not known. */
  readonly flashSize: number;
  /** Bytes that the image may take as it was sent; 0 when not known. */
  readonly room: number;
  /** Bytes that a compressed image may take once inflated; 0 when not known. */
  readonly inflatedRoom: number;
  /** True when the bytes are a slot's, larger than the image: what lies behind it then does not count. */
  readonly inSlot: boolean;
}

/** Suits everything: for looking at a file without a board in mind. */
export const anyTarget: ImageTarget = {
  boot: "any",
  chip: ChipId.Any,
  revision: -1,
  flashSize: 0,
  room: 0,
  inflatedRoom: 0,
  inSlot: false,
};
