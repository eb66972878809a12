/** Facts of the board, put in by the build (src/espruino/build/board-constants.ts); `if` on them costs nothing. */

/** E.g. "esp32-devkit". */
declare const BOARD_ID: string;
/** "esp32", "esp32c3", "esp32s3" or "linux". */
declare const BOARD_CHIP: string;
/** The family byte of bundles for this board. */
declare const BOARD_FAMILY: number;
/** Bytes of an erase block. */
declare const BOARD_BLOCK: number;
/** Raw flash address of Espruino's Storage. */
declare const BOARD_STORAGE: number;
/** Bytes of it. */
declare const BOARD_STORAGE_SIZE: number;
/** Erase blocks of one agent slot. */
declare const BOARD_AGENT_BLOCKS: number;
/** Erase blocks of one app slot. */
declare const BOARD_APP_BLOCKS: number;
/** Largest piece of a TCP 'data' event, bytes. */
declare const BOARD_TCP_CHUNK: number;
/** Bytes of an image that are kept together before they are written. */
declare const BOARD_BATCH: number;
/** Longest datagram that arrives whole, bytes. */
declare const BOARD_UDP_MAX: number;
/** Address of the hardware random number register; 0: none, read /dev/urandom. */
declare const BOARD_RANDOM: number;
/** Address of the register with the reset cause; 0: none. What each cause means, one digit of `StartReason` a cause. */
declare const BOARD_RESET_STATE: number;
declare const BOARD_RESET_CAUSES: string;
/**
 * The engine's object that restarts the chip: ESP32, on Linux E. On the ESP32 `E.reboot` calls the application's "kill"
 * listeners and frees all variables; then Wi-Fi is stopped, its event makes a variable, and the firmware panics.
 */
declare const BOARD_LIBRARY: { reboot(): void };
/** Variables of the engine. */
declare const BOARD_VARIABLES: number;
/** `process.env.BOARD` of the Espruino builds that this was made for, with commas between them. */
declare const BOARD_BUILDS: string;
/** Addresses of MD5Init, MD5Update, MD5Final in the chip's ROM; 0: none. */
declare const BOARD_MD5_INIT: number;
declare const BOARD_MD5_UPDATE: number;
declare const BOARD_MD5_FINAL: number;
/** UDP port of the listener. */
declare const BOARD_OTA_PORT: number;
/** The agent announces the board on the network (mDNS). */
declare const BOARD_NAMES: boolean;
/** Version of the agent: this package's. */
declare const SLUICE_VERSION: string;
/** otadata, factory and ota_0 where the board has just these; 0: firmware does not come over the air here. Bytes. */
declare const BOARD_OTADATA: number;
declare const BOARD_FACTORY: number;
declare const BOARD_FACTORY_SIZE: number;
declare const BOARD_OTA_0: number;
declare const BOARD_OTA_0_SIZE: number;
/** Chip id in firmware headers (src/core/image/chips.ts). */
declare const BOARD_CHIP_ID: number;
/** Bytes of the flash chip. */
declare const BOARD_FLASH: number;

/** What the build puts into agents only (src/espruino/build/bundle.ts). */

/** Bytes of the page that travels between the agent's resident code and its parts. */
declare const SLUICE_PAGE_LENGTH: number;
/** Where each part of the agent ends, bytes behind the first: six characters a number (build/agent-parts.ts). */
declare const SLUICE_PART_ENDS: string;
