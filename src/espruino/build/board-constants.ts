import { type Board, chips, type EspruinoPort, type ResetCause, resetStates } from "../../../boards/index.js";
import {
  AppSubtype,
  DataSubtype,
  findPartition,
  otaPartitions,
  PartitionType,
} from "../../core/flash/partition-table.js";
import { StartReason } from "../../core/update/boot.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { boardTarget } from "../../image/board-target.js";
import { boardPartitions } from "../../image/partition-tables.js";

/** The board's Espruino facts. @throws SluiceError NO_ESPRUINO when no Espruino build exists for the board */
export function espruinoPort(board: Board): EspruinoPort {
  if (board.espruino === undefined) throw new SluiceError("NO_ESPRUINO", `${board.id} has no Espruino build`);
  return board.espruino;
}

/** `src/espruino/device/build-constants.d.ts` as values: JavaScript expressions, so that dead branches fall away. */
export function boardConstants(board: Board, sluiceVersion: string): Record<string, string> {
  const port = espruinoPort(board);
  const values: Record<string, string | number | boolean> = {
    BOARD_ID: board.id,
    BOARD_CHIP: board.chip,
    BOARD_FAMILY: chips[board.chip].family,
    BOARD_BLOCK: board.blockLength,
    BOARD_STORAGE: port.storage.offset,
    BOARD_STORAGE_SIZE: port.storage.size,
    BOARD_AGENT_BLOCKS: port.store.agentBlocks,
    BOARD_APP_BLOCKS: port.store.appBlocks,
    BOARD_TCP_CHUNK: port.tcpChunk,
    BOARD_BATCH: port.batch,
    BOARD_UDP_MAX: port.udpMax,
    BOARD_RANDOM: port.randomRegister,
    BOARD_VARIABLES: port.variables,
    BOARD_BUILDS: port.builds.join(),
    BOARD_MD5_INIT: port.romMd5?.init ?? 0,
    BOARD_MD5_UPDATE: port.romMd5?.update ?? 0,
    BOARD_MD5_FINAL: port.romMd5?.final ?? 0,
    BOARD_OTA_PORT: board.otaPort,
    BOARD_NAMES: port.mdns,
    SLUICE_VERSION: sluiceVersion,
    ...firmwareConstants(board),
    BOARD_RESET_STATE: resetStates[board.chip]?.register ?? 0,
    BOARD_RESET_CAUSES: resetCauses(board),
  };
  return {
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)])),
    BOARD_LIBRARY: board.chip === "linux" ? "E" : "ESP32",
  };
}

const reasons: Readonly<Record<ResetCause, StartReason>> = {
  "power-on": StartReason.PowerOn,
  "brown-out": StartReason.BrownOut,
  restart: StartReason.Restart,
  "deep-sleep": StartReason.DeepSleep,
  usb: StartReason.Usb,
  watchdog: StartReason.Watchdog,
};

/** One digit a cause. */
function resetCauses({ chip }: Board): string {
  const causes = resetStates[chip]?.causes ?? {};
  const last = Math.max(-1, ...Object.keys(causes).map(Number));
  const reasonOf = (cause: number): StartReason =>
    causes[cause] === undefined ? StartReason.Unknown : reasons[causes[cause]];
  return Array.from({ length: last + 1 }, (_, cause) => reasonOf(cause)).join("");
}

/** Where firmware goes on boards with two slots and otadata; zeros everywhere else, so that the code falls away. */
function firmwareConstants(board: Board): Record<string, number> {
  const partitions = boardPartitions(board);
  const otadata = findPartition(partitions, PartitionType.Data, DataSubtype.Ota);
  const factory = findPartition(partitions, PartitionType.App, AppSubtype.Factory);
  const slots = otaPartitions(partitions);
  const able = otadata !== undefined && factory !== undefined && slots.length === 1;
  return {
    BOARD_OTADATA: able ? otadata.offset : 0,
    BOARD_FACTORY: able ? factory.offset : 0,
    BOARD_FACTORY_SIZE: able ? factory.size : 0,
    BOARD_OTA_0: able ? slots[0].offset : 0,
    BOARD_OTA_0_SIZE: able ? slots[0].size : 0,
    BOARD_CHIP_ID: boardTarget(board).chip,
    BOARD_FLASH: board.flashSize,
  };
}
