import type { Chip } from "../../../boards/index.js";

/** Chips whose ROM is modelled. */
export type ModelledChip = Exclude<Chip, "linux" | "esp8266" | "esp32s2">;

/** A chip's ROM, as far as flashing tools read it. Addresses are those that esptool-js reads. */
export interface ChipFacts {
  /** Word at 0x40001000, by which chips without a chip id are distinguished. */
  readonly magic: number;
  /** Chip id in the security information; undefined: the ROM has no such command. */
  readonly chipId: number | undefined;
  /** SPI controller of the flash chip. */
  readonly spi: { readonly base: number; readonly user2: number; readonly data: number };
  /** First words that the chip prints after a reset. */
  readonly greeting: string;
}

const modernSpi = { base: 0x60002000, user2: 0x20, data: 0x58 };

export const chipFacts: Readonly<Record<ModelledChip, ChipFacts>> = {
  esp32: {
    magic: 0x00f01d83,
    chipId: undefined,
    spi: { base: 0x3ff42000, user2: 0x24, data: 0x80 },
    greeting: "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:",
  },
  esp32c3: {
    magic: 0x1b31506f,
    chipId: 5,
    spi: modernSpi,
    greeting: "ESP-ROM:esp32c3-api1-20210207\r\nrst:0x1 (POWERON),boot:",
  },
  esp32s3: {
    magic: 0x00000009,
    chipId: 9,
    spi: modernSpi,
    greeting: "ESP-ROM:esp32s3-20210327\r\nrst:0x1 (POWERON),boot:",
  },
};
