import type { Board } from "./board.js";
import type { EbootLayout } from "./layout.js";

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
/** RF calibration (one sector), Wi-Fi settings (three) and, in front of them, the EEPROM's sector. */
const chipEnd = 0x5000;
/** From 2 MB on the linker scripts stop at what the cache maps, less eboot: irom0_0_seg of 0xFEFF0. */
const mappedSketch = 0xfeff0;
/** irom0_0_seg starts this far into the flash and ends a sector before the filesystem. */
const sketchMargin = 0x1000 + 0x10;

/**
 * Flash layouts of the ESP8266 Arduino core, tools/sdk/ld/eagle.flash.NAME.ld:
 * name, flash size, start and length of the filesystem.
 */
const rows: readonly (readonly [string, number, number, number])[] = [
  ["512k", 512 * kilobyte, 0x7b000, 0],
  ["512k32", 512 * kilobyte, 0x73000, 0x8000],
  ["512k64", 512 * kilobyte, 0x6b000, 0x10000],
  ["512k128", 512 * kilobyte, 0x5b000, 0x20000],
  ["1m", megabyte, 0xfb000, 0],
  ["1m64", megabyte, 0xeb000, 0x10000],
  ["1m128", megabyte, 0xdb000, 0x20000],
  ["1m144", megabyte, 0xd7000, 0x24000],
  ["1m160", megabyte, 0xd3000, 0x28000],
  ["1m192", megabyte, 0xcb000, 0x30000],
  ["1m256", megabyte, 0xbb000, 0x40000],
  ["1m512", megabyte, 0x7b000, 0x80000],
  ["2m", 2 * megabyte, 0x1fb000, 0],
  ["2m64", 2 * megabyte, 0x1f0000, 0xb000],
  ["2m128", 2 * megabyte, 0x1e0000, 0x1b000],
  ["2m256", 2 * megabyte, 0x1c0000, 0x3b000],
  ["2m512", 2 * megabyte, 0x180000, 0x7a000],
  ["2m1m", 2 * megabyte, 0x100000, 0xfa000],
  ["4m", 4 * megabyte, 0x3fb000, 0],
  ["4m1m", 4 * megabyte, 0x300000, 0xfa000],
  ["4m2m", 4 * megabyte, 0x200000, 0x1fa000],
  ["4m3m", 4 * megabyte, 0x100000, 0x2fa000],
  ["8m6m", 8 * megabyte, 0x200000, 0x5fa000],
  ["8m7m", 8 * megabyte, 0x100000, 0x6fa000],
  ["16m14m", 16 * megabyte, 0x200000, 0xdfa000],
  ["16m15m", 16 * megabyte, 0x100000, 0xefa000],
];

/** Sketches of the Arduino core for the ESP8266, updated by eboot's copy. */
export const arduinoEsp8266: readonly Board[] = rows.map(([name, flashSize, area, filesystem]) => ({
  id: `arduino-esp8266-${name}`,
  title: `ESP8266, Arduino layout ${name}`,
  chip: "esp8266",
  flashSize,
  blockLength: 4096,
  otaPort: 8266,
  layout: ebootLayout(flashSize, area, filesystem),
}));

function ebootLayout(flashSize: number, area: number, filesystem: number): EbootLayout {
  return {
    kind: "eboot",
    area,
    filesystem,
    filesystemPage: filesystem === 0 ? 0 : 256,
    // The scripts switch to larger blocks where the filesystem ends at …FA000, and for 1m512.
    filesystemBlock: filesystem === 0 ? 0 : filesystem >= 0x7a000 ? 0x2000 : 0x1000,
    eeprom: flashSize - chipEnd,
    sketchLimit: flashSize >= 2 * megabyte ? mappedSketch : area - sketchMargin,
    powerSafety: "not-power-safe",
    powerReason:
      "eboot copies the new sketch over the old one on a command in RTC memory, which power loss erases, and checks nothing it starts: a cut during the copy leaves half a sketch",
    ...(flashSize < megabyte
      ? { refusal: "512 KB of flash hold one sketch: not enough room for old and new" }
      : {}),
  };
}
