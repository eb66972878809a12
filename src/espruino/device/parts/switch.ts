import { OtaSwitch } from "../../../core/firmware/ota-switch.js";
import { chipFlash } from "../ports/chip-flash.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Switch] };

/** Which firmware the chip's boot loader starts. */
exports.open = () => new OtaSwitch(engineBytes, { crc32: crc32 }, chipFlash, BOARD_OTADATA, 1, true);
