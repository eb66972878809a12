import { type Board, boards } from "../../boards/index.js";
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

function apps(board: Board): string {
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
      return `yes, ${slots.map(({ name }) => name).join(" / ")}`;
    }
    case "eboot":
      return "yes, staged and copied by eboot";
    case "user12":
      return "yes, user1 / user2";
    case "store":
      return "no";
  }
}

function power(board: Board): string {
  const { powerSafety, powerReason } = board.layout;
  return `${powerSafety === "safe" ? "safe" : "**not safe**"}: ${powerReason}`;
}
