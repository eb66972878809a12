import type { BoardRow } from "../devicescript/gateway/endpoint/endpoint.js";
import type { GatewayEvent, OnGatewayEvent } from "../devicescript/gateway/events.js";
import { describeEvent } from "../events/describe-event.js";

export interface GatewayReady {
  readonly folder: string;
  readonly port: number;
  readonly address: string;
  readonly tls: boolean;
  /** Names of those that it knows. */
  readonly boards: readonly string[];
}

/** Prints what the gateway does: a line of words, or of JSON. */
export function gatewayView(options: { readonly json: boolean; readonly out: (text: string) => void }): {
  readonly event: OnGatewayEvent;
  readonly ready: (facts: GatewayReady) => void;
} {
  const { json, out } = options;
  return {
    event: (event) => {
      const words = json ? JSON.stringify(event) : wordsOf(event);
      if (words !== undefined) out(`${words}\n`);
    },
    ready: (facts) => out(`${json ? JSON.stringify({ event: "ready", ...facts }) : readyWords(facts)}\n`),
  };
}

function readyWords({ folder, port, tls, boards }: GatewayReady): string {
  const known = boards.length === 0 ? "no board is known yet, see `sluice provision`" : boards.join(", ");
  return `ready: boards connect to ${tls ? "wss" : "ws"}://this computer:${port}; state in ${folder}; ${known}`;
}

function wordsOf(event: GatewayEvent): string | undefined {
  switch (event.event) {
    case "connected":
      return `${event.board} connected from ${event.address}`;
    case "disconnected":
      return `${event.board} disconnected: ${event.text}`;
    case "refused":
      return `refused ${event.id || "somebody"} from ${event.address}: ${event.text}`;
    case "update": {
      const words = describeEvent(event.step);
      return words === undefined ? undefined : `${event.board}: ${words}`;
    }
    case "log":
      return event.text
        .trimEnd()
        .split("\n")
        .map((line) => `${event.board} | ${line}`)
        .join("\n");
    case "exception":
      return event.text
        .split("\n")
        .map((line) => `${event.board} ! ${line}`)
        .join("\n");
    case "learned":
      return `${event.board} (${event.id}) was provisioned`;
    case "rotated":
      return `${event.board} has its new key, the old one is forgotten`;
    case "trouble":
      return `trouble: ${event.text}`;
  }
}

/** One line for each board. */
export function boardsTable(rows: readonly BoardRow[]): string {
  if (rows.length === 0) return "No board is known yet; `sluice provision` makes one known.\n";
  const cells = rows.map((row) => [
    row.name,
    row.id,
    row.connected ? row.address : "away",
    row.sha256 === "" ? "no program" : `${row.app} ${row.version} (${row.sha256.slice(0, 8)})`.trim(),
    row.updating
      ? "updating"
      : row.healthy === undefined
        ? ""
        : row.healthy
          ? "well"
          : `not well: ${row.why}`,
  ]);
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
