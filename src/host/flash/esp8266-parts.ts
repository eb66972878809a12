import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { boardTarget } from "../../image/board-target.js";
import { openPortText } from "../native/events.js";
import { setFlashSettings } from "./boot-header.js";
import type { FoundParts } from "./esp32-parts.js";
import { judgeFirmware } from "./judge-firmware.js";
import type { PlanOptions } from "./plan.js";

const openPort = `Warning: ${openPortText.replace("at this port", "at TCP port 88")}`;
const user1 = 0x1000;
/** The SDK's last four sectors: RF parameters, two copies of the boot parameters, which of them counts. */
const parameterSectors = 4;

/** boot_v1.x, user1, RF parameters and blank boot parameters. */
export function esp8266Parts(board: Board, options: PlanOptions): FoundParts {
  const { firmware } = options;
  if (firmware === undefined)
    return {
      before: [],
      last: [],
      notes: ["The Espruino on the board stays as it is: 2v26 or newer, running from user1.", openPort],
    };
  judgeFirmware("firmware (user1)", firmware.app, boardTarget(board));
  if (firmware.bootLoader[0] !== 0xe9 || firmware.bootLoader.length > user1)
    throw new SluiceError("BAD_FIRMWARE_PACKAGE", "its boot loader is none that an ESP8266 starts");
  const sector = board.blockLength;
  const parameters = board.flashSize - parameterSectors * sector;
  const notes = [
    "Storage belongs to user1; an update to user2 by `sluice upload` carries it along.",
    openPort,
  ];
  const rf = [];
  if (firmware.initData !== undefined)
    rf.push({ address: parameters, bytes: firmware.initData, what: "RF parameters" });
  else notes.push("The package has no esp_init_data_default.bin: the RF parameters on the board stay.");
  return {
    before: [
      { address: user1, bytes: firmware.app, what: "Espruino firmware (user1)" },
      ...rf,
      {
        address: parameters + sector,
        bytes: new Uint8Array((parameterSectors - 1) * sector).fill(0xff),
        what: "boot parameters, blank: user1 runs",
      },
    ],
    last: [
      {
        address: 0,
        bytes: setFlashSettings(firmware.bootLoader, board, options.flashMode),
        what: "boot loader",
      },
    ],
    notes,
  };
}
