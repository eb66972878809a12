import { entryAt, find } from "../text.js";

/** Numbers of the `chip_id` field of ESP32-family images (esp_app_format.h); the ESP8266 has none and gets one here. */
export const enum ChipId {
  Any = -1,
  Esp32 = 0,
  Esp32s2 = 2,
  Esp32c3 = 5,
  Esp32s3 = 9,
  Esp32c2 = 12,
  Esp32c6 = 13,
  Esp32h2 = 16,
  Esp8266 = 0x8266,
}

const chipNames =
  "|0 ESP32|2 ESP32-S2|5 ESP32-C3|9 ESP32-S3|12 ESP32-C2|13 ESP32-C6|16 ESP32-H2|18 ESP32-P4|20 ESP32-C61|23 ESP32-C5|25 ESP32-H21|28 ESP32-H4|33382 ESP8266|";

/** The chip's name; a number that is not known is that of a chip newer than this table. */
export function chipName(chip: number): string {
  const mark = `|${chip} `;
  const at = find(chipNames, mark, 0);
  return at < 0 ? `chip number ${chip}` : entryAt(chipNames.slice(at + mark.length), 0);
}

/**
 * Whether the chip's cache maps flash at this address. The boot loader maps whole 64 KB pages, so that file offset and
 * address of such a segment must agree modulo 64 KB (esp_image_format.c). Ranges: soc.h of each chip.
 */
export function isFlashMapped(chip: number, address: number): boolean {
  if (chip === ChipId.Esp32)
    return (address >= 0x3f400000 && address < 0x3f800000) || (address >= 0x400d0000 && address < 0x40400000);
  return (
    (chip === ChipId.Esp32c3 || chip === ChipId.Esp32s3) &&
    ((address >= 0x3c000000 && address < 0x3d000000) || (address >= 0x42000000 && address < 0x44000000))
  );
}

/**
 * Whether only a boot loader has code at this address: memory that ESP-IDF's link scripts (bootloader.ld) give to the second
 * stage, and applications have for other things. Known for the chips of our boards.
 */
export function isLoaderMemory(chip: number, address: number): boolean {
  if (chip === ChipId.Esp32) return address >= 0x40078000 && address < 0x40080000;
  return (
    (chip === ChipId.Esp32c3 || chip === ChipId.Esp32s3) && address >= 0x403c0000 && address < 0x403e0000
  );
}

/** Bytes of the flash chip that an ESP32-family header names: 1 MB, doubled per step. 0: not known. */
export function esp32FlashSize(code: number): number {
  return code <= 7 ? 0x100000 << code : 0;
}

/**
 * Bytes of the flash chip that an ESP8266 header names. Codes 5..7 are the NONOS SDK's maps with larger slots,
 * 8 and 9 are Arduino's 8 and 16 MB. 0: not known.
 */
export function esp8266FlashSize(code: number): number {
  const kilobytes = [512, 256, 1024, 2048, 4096, 2048, 4096, 4096, 8192, 16384];
  return code < kilobytes.length ? kilobytes[code] * 1024 : 0;
}

/** "4 MB", "512 KB". */
export function sizeName(size: number): string {
  return size >= 0x100000 ? `${size / 0x100000} MB` : `${size / 1024} KB`;
}

/** How the flash is read, header byte 2. "" where the number means nothing. */
export function flashModeName(mode: number): string {
  const names = ["QIO", "QOUT", "DIO", "DOUT", "fast read", "slow read"];
  return mode < names.length ? names[mode] : "";
}

/**
 * Flash clock in MHz, low nibble of header byte 3; 0 where the number means nothing. C2 and H2 have clocks of their own
 * (esptool, targets/*.py), and those of the newest chips are not all known: their numbers are no fault.
 */
export function flashSpeed(chip: number, code: number): number {
  const speeds =
    chip === ChipId.Esp32c2 ? [30, 20, 15] : chip === ChipId.Esp32h2 ? [24, 16, 12] : [40, 26, 20];
  if (code === 15) return chip === ChipId.Esp32c2 ? 60 : chip === ChipId.Esp32h2 ? 48 : 80;
  return code < speeds.length ? speeds[code] : 0;
}
