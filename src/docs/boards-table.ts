import { type Board, boards } from "../../boards/index.js";
import { tooLarge } from "../image/board-target.js";
import { boardPartitions } from "../image/partition-tables.js";

/** The boards as a Markdown table, from `boards/`. */
export function boardsTable(): string {
  const rows = boards.map(
    (board) => `| \`${board.id}\` | ${board.title} | ${apps(board)} | ${firmware(board)} | ${power(board)} |`,
  );
  return [
    "| `--board` | what it is | app over the air | firmware over the air | a power cut during a firmware update |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/** The same, for the README: boards that can do the same share a row. */
export function boardsSummary(): string {
  const rows = new Map<string, Board[]>();
  for (const board of boards) {
    const what = `| ${apps(board)} | ${shortFirmware(board)} | ${firmwarePower(board)} |`;
    rows.set(what, [...(rows.get(what) ?? []), board]);
  }
  return [
    "| `--board` | app over the air | firmware over the air | a power cut during a firmware update |",
    "|---|---|---|---|",
    ...[...rows].map(([what, group]) => `| ${names(group)} ${what}`),
  ].join("\n");
}

/** Arduino's many layouts by their number, the others by name. */
function names(group: readonly Board[]): string {
  const arduino = group.filter(({ id }) => id.startsWith("arduino-esp8266-"));
  const others = group.filter((board) => !arduino.includes(board)).map(({ id }) => `\`${id}\``);
  if (arduino.length > 0) others.push(`\`arduino-esp8266-…\` (${arduino.length} layouts)`);
  return others.join(", ");
}

function shortFirmware(board: Board): string {
  return board.layout.refusal === undefined ? firmware(board) : firmware(board).replace(/^no: .*/s, "no");
}

/** A word on the last column. */
export function firmwarePower(board: Board): string {
  if (board.layout.refusal !== undefined || board.layout.kind === "store") return "-";
  return board.layout.powerSafety === "safe"
    ? "safe"
    : "**not safe**: refused when unattended, unless forced";
}

export function apps(board: Board): string {
  if (board.devicescript !== undefined)
    return `as bytecode through a gateway, up to ${board.devicescript.programRoom / 1024} KB; the gateway keeps the previous one`;
  const port = board.espruino;
  if (port === undefined) return "no";
  const kilobytes = (port.store.appBlocks * board.blockLength) / 1024;
  return `yes, two slots of ${kilobytes} KB`;
}

export function firmware(board: Board): string {
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
