import type { Board, Chip } from "../../boards/index.js";
import { otaPartitions, type Partition, PartitionType } from "../core/flash/partition-table.js";
import { ChipId } from "../core/image/chips.js";
import { anyTarget, type ImageTarget } from "../core/image/target.js";
import { boardPartitions } from "./partition-tables.js";

const chipIds: Readonly<Record<Chip, number>> = {
  esp8266: ChipId.Esp8266,
  esp32: ChipId.Esp32,
  esp32c3: ChipId.Esp32c3,
  esp32s2: ChipId.Esp32s2,
  esp32s3: ChipId.Esp32s3,
  linux: ChipId.Any,
};

/** Slots that firmware can start from: factory, then ota_0 and on. */
export function appPartitions(board: Board): Partition[] {
  const partitions = boardPartitions(board);
  const factory = partitions.filter(({ type, subtype }) => type === PartitionType.App && subtype === 0);
  return [...factory, ...otaPartitions(partitions)];
}

/** What a firmware image for this board has to suit, whichever slot it goes to. */
export function boardTarget(board: Board): ImageTarget {
  const common = { ...anyTarget, chip: chipIds[board.chip], flashSize: board.flashSize };
  const layout = board.layout;
  switch (layout.kind) {
    case "esp32":
      return { ...common, boot: "esp32", room: Math.min(...appPartitions(board).map(({ size }) => size)) };
    case "eboot":
      return { ...common, boot: "eboot", room: layout.area, inflatedRoom: layout.area };
    case "store":
      return anyTarget;
  }
}
