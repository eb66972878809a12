import type { Board } from "../board.js";
import { noProgram } from "../update/task.js";

/** A board as the door shows it. Nothing secret. */
export interface BoardRow {
  readonly name: string;
  readonly id: string;
  readonly connected: boolean;
  readonly address: string;
  /** Of the program on the board, as it said last; "" for none, or not known since the gateway started. */
  readonly sha256: string;
  readonly app: string;
  readonly version: string;
  /** undefined until the program said so. */
  readonly healthy: boolean | undefined;
  readonly why: string;
  readonly updating: boolean;
}

export function boardRow(board: Board): BoardRow {
  const { name, id, hello } = board;
  return {
    name,
    id,
    connected: board.connected(),
    address: board.address(),
    sha256: board.sha256 === noProgram ? "" : board.sha256,
    app: hello?.app ?? "",
    version: hello?.version ?? "",
    healthy: hello?.healthy,
    why: hello?.why ?? "",
    updating: board.busy,
  };
}
