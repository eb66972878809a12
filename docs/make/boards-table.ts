import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Board, boards } from "../../boards/index.js";
import { requireBoard, tooLarge } from "../../src/image/board-target.js";
import { boardPartitions } from "../../src/image/partition-tables.js";
import { packageRoot } from "../../src/node/package-root.js";

/** The boards as a Markdown table, from `boards/`; boards that can do the same share a row. */
export function boardsTable(): string {
  const rows = new Map<string, Board[]>();
  for (const board of boards) {
    const what = `| ${apps(board)} | ${firmware(board)} | ${power(board)} |`;
    rows.set(what, [...(rows.get(what) ?? []), board]);
  }
  return [
    "| `--board` | app over the air | firmware over the air | a power cut during a firmware update |",
    "|---|---|---|---|",
    ...[...rows].map(([what, group]) => `| ${names(group)} ${what}`),
  ].join("\n");
}

/** Arduino's layouts are named by what they are, the others also by their chip. */
function names(group: readonly Board[]): string {
  return group
    .map(({ id, title }) => (id.startsWith("arduino-") ? `\`${id}\`` : `\`${id}\` (${title})`))
    .join(", ");
}

/** A word on the last column. */
function firmwarePower(board: Board): string {
  if (board.layout.refusal !== undefined || board.layout.kind === "store") return "-";
  return board.layout.powerSafety === "safe" ? "safe" : "**not safe**: with somebody at the board";
}

function apps(board: Board): string {
  if (board.devicescript !== undefined)
    return `as bytecode through a gateway, up to ${board.devicescript.programRoom / 1024} KB; the gateway keeps the previous one`;
  const port = board.espruino;
  if (port === undefined) return "no";
  const kilobytes = (port.store.appBlocks * board.blockLength) / 1024;
  return `yes, two slots of ${kilobytes} KB`;
}

function firmware(board: Board): string {
  const layout = board.layout;
  if (layout.refusal !== undefined) return `no: ${layout.refusal}`;
  switch (layout.kind) {
    case "esp32": {
      const slots = boardPartitions(board).filter(({ type }) => type === 0);
      const which = tooLarge(board) === undefined ? "" : ", for builds smaller than Espruino's own";
      return `yes, ${slots.map(({ name }) => name).join(" / ")}${which}`;
    }
    case "eboot":
      return "staged and copied by eboot, on the virtual board";
    case "store":
      return "no";
  }
}

function power(board: Board): string {
  const { powerSafety, powerReason } = board.layout;
  return `${powerSafety === "safe" ? "safe" : "**not safe**"}: ${powerReason}`;
}

/** The data of some boards, a column each, for a page of their own. */
export function boardFacts(ids: readonly string[]): string {
  const found = ids.map(requireBoard);
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
