import type { Fault } from "../../core/errors.js";
import { FirmwareTarget } from "../../core/firmware/firmware-target.js";
import { judgeStructure } from "../../core/firmware/judge-stored.js";
import { OtaSwitch } from "../../core/firmware/ota-switch.js";
import { OtadataScheme } from "../../core/firmware/otadata-scheme.js";
import { type Journal, Record } from "../../core/journal.js";
import type { Target } from "../../core/target.js";
import { chipFlash } from "./chip-flash.js";
import { engineBytes } from "./engine-bytes.js";
import { engineCrypto } from "./engine-crypto.js";

function otaSwitch(): OtaSwitch {
  return new OtaSwitch(engineBytes, engineCrypto, chipFlash, BOARD_OTADATA, 1, true);
}

/** The firmware on trial does not prove itself: the one before it runs from the next start on. */
export function giveUpFirmware(): void {
  otaSwitch().giveUp();
}

/** Takes Espruino itself, on boards with factory and ota_0. */
export function firmwareTarget(journal: Journal, refusal: () => Fault | undefined): Target {
  const tools = { bytes: engineBytes, crypto: engineCrypto };
  const scheme = new OtadataScheme(
    tools,
    chipFlash,
    otaSwitch(),
    {
      slots: [{ offset: BOARD_OTA_0, size: BOARD_OTA_0_SIZE }],
      factory: { offset: BOARD_FACTORY, size: BOARD_FACTORY_SIZE },
    },
    {
      boot: "esp32",
      chip: BOARD_CHIP_ID,
      revision: -1,
      flashSize: BOARD_FLASH,
      room: BOARD_OTA_0_SIZE,
      inflatedRoom: 0,
      userBin: 0,
      inSlot: false,
    },
    refusal,
    (slot) => {
      journal.append((slot & 1) === 0 ? Record.FirmwareEven : Record.FirmwareOdd);
    },
  );
  return new FirmwareTarget(tools, chipFlash, scheme, judgeStructure);
}
