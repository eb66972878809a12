import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Board, findBoard } from "../../boards/index.js";
import { boardPartitions } from "../image/partition-tables.js";
import { packageRoot } from "../node/package-root.js";
import { apps, firmware, firmwarePower } from "./boards-table.js";

/** What the data says of some boards, a column each, for a page of their own. */
export function boardFacts(ids: readonly string[]): string {
  const found = ids.map((id) => {
    const board = findBoard(id);
    if (board === undefined) throw new Error(`no board ${id}`);
    return board;
  });
  const rows: (readonly [string, (board: Board) => string])[] = [
    ["what it is", ({ title }) => title],
    ["flash", ({ flashSize }) => kilobytes(flashSize)],
    ["Espruino builds (`process.env.BOARD`)", builds],
    ["firmware slots", slots],
    ["Espruino's Storage", storage],
    ["app over the air", apps],
    ["firmware over the air", firmware],
    ["a power cut during a firmware update", firmwarePower],
    ["agent listens at UDP port", (board) => (board.espruino === undefined ? "-" : String(board.otaPort))],
    ["longest datagram", (board) => (board.espruino === undefined ? "-" : `${board.espruino.udpMax} bytes`)],
    ["MD5 by the boot ROM", (board) => yesNo(board.espruino?.romMd5 !== undefined)],
    ["native hashes", (board) => board.espruino?.hashes.join(", ") || "-"],
  ];
  return [
    `| | ${found.map(({ id }) => `\`${id}\``).join(" | ")} |`,
    `|---|${found.map(() => "---|").join("")}`,
    ...rows.map(([name, of]) => `| ${name} | ${found.map(of).join(" | ")} |`),
  ].join("\n");
}

interface Wiring {
  readonly valves: readonly { readonly name: string; readonly drive: number; readonly sensor: number }[];
  readonly sensorMode: string;
  readonly pump: { readonly drive: number };
  readonly rain: { readonly sensor: number; readonly mode: string };
  readonly button: { readonly sensor: number; readonly mode: string };
}

/** The garden's pins on a board, from the file that the virtual board is wired by. */
export function wiringTable(file: string): string {
  const wiring = JSON.parse(readFileSync(join(packageRoot(), "devs/garden", file), "utf8")) as Wiring;
  return [
    "| the garden's | pin | mode |",
    "|---|---|---|",
    ...wiring.valves.flatMap(({ name, drive, sensor }) => [
      `| ${name}, motor | GPIO${drive} | output, low is safe |`,
      `| ${name}, closed switch | GPIO${sensor} | ${wiring.sensorMode} |`,
    ]),
    `| pump | GPIO${wiring.pump.drive} | output, low is safe |`,
    `| rain sensor | GPIO${wiring.rain.sensor} | ${wiring.rain.mode} |`,
    `| button | GPIO${wiring.button.sensor} | ${wiring.button.mode} |`,
  ].join("\n");
}

function slots(board: Board): string {
  return boardPartitions(board)
    .filter(({ type }) => type === 0)
    .map(({ name, offset, size }) => `${name} at 0x${offset.toString(16)}, ${kilobytes(size)}`)
    .join("; ");
}

function storage(board: Board): string {
  const area = board.espruino?.storage;
  return area === undefined ? "-" : `${kilobytes(area.size)} at 0x${area.offset.toString(16)}`;
}

/** With the size of the first, as far as it is known. */
function builds({ espruino }: Board): string {
  if (espruino === undefined) return "-";
  const [first, ...others] = espruino.builds;
  const size = espruino.firmwareSize === undefined ? "" : ` (${espruino.firmwareSize} bytes)`;
  return [`${first}${size}`, ...others].join(", ");
}

function kilobytes(bytes: number): string {
  return `${bytes / 1024} KB`;
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
