import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "../../boards/index.js";
import type { Partition } from "../core/flash/partition-table.js";
import { SluiceError } from "../errors/sluice-error.js";
import { compilePartitionCsv } from "./partition-csv.js";

const compiled = new Map<string, Partition[]>();

/**
 * The partitions of an ESP32-family board, from the CSV its layout names; none for other boards.
 * @throws SluiceError FILE_NOT_READABLE, BAD_PARTITION_CSV
 */
export function boardPartitions(board: Board): Partition[] {
  if (board.layout.kind !== "esp32") return [];
  const key = `${board.layout.table} ${board.flashSize}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const partitions = compilePartitionCsv(readTable(board.layout.table), board.flashSize);
  compiled.set(key, partitions);
  return partitions;
}

function readTable(name: string): string {
  const path = join(partitionFolder(), `${name}.csv`);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SluiceError("FILE_NOT_READABLE", `cannot read the partition table ${path}`, { cause: error });
  }
}

/** `boards/partitions` of the package, seen from the sources or from the compiled output. */
function partitionFolder(): string {
  for (
    let folder = dirname(fileURLToPath(import.meta.url));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    const candidate = join(folder, "boards", "partitions");
    if (existsSync(candidate)) return candidate;
  }
  throw new SluiceError("FILE_NOT_READABLE", "the package's boards/partitions folder is missing");
}
