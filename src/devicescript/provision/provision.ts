import { JDBus } from "jacdac-ts";
import { SluiceError } from "../../errors/sluice-error.js";
import type { SerialLine } from "../../host/flash/serial-line.js";
import { EndpointClient } from "../gateway/endpoint/endpoint-client.js";
import { connectionString, keyOf, randomKey } from "../gateway/keys.js";
import type { StateFolder } from "../gateway/store/state-folder.js";
import type { StoredBoard } from "../gateway/store/stored-board.js";
import { findCableBoard, setConnection } from "./cable-board.js";
import { JacdacLine } from "./jacdac-line.js";

export interface ProvisionRequest {
  readonly line: SerialLine;
  /** `ws://HOST[:PORT]` as the board will find the gateway. */
  readonly gateway: string;
  readonly folder: StateFolder;
  /** What people will call the board; else what it was called, else its id. */
  readonly name: string | undefined;
  /** Jacdac's device id, if several boards hang on the line. */
  readonly device: string | undefined;
  /** The key is made from it; without one it is random, which is better. */
  readonly password: string | undefined;
}

/**
 * Makes a board and a gateway known to each other, by cable. The gateway learns the new key before the board has it, and
 * keeps the old one until the board has connected with the new: whatever breaks in between, they find each other.
 * @throws SluiceError NO_DEVICESCRIPT_BOARD, KEY_NOT_TAKEN, PORT_NOT_OPENED
 */
export async function provision(
  options: ProvisionRequest,
): Promise<{ readonly id: string; readonly name: string; readonly renewed: boolean }> {
  const { folder, gateway, line } = options;
  const transport = new JacdacLine(line);
  const bus = new JDBus([transport], { client: false, disableRoleManager: true });
  try {
    await transport.connect(true);
    if (!transport.connected)
      throw new SluiceError("PORT_NOT_OPENED", "The port cannot be opened; does another program use it?");
    const board = await findCableBoard(bus, options.device);
    const id = board.deviceId;
    const key = options.password === undefined ? randomKey() : await keyOf(options.password, id);
    const boards = folder.boards();
    const known = boards.find((stored) => stored.id === id);
    const name = options.name ?? known?.name ?? id;
    if (boards.some((stored) => stored.name === name && stored.id !== id))
      throw new SluiceError("NAME_TAKEN", `Another board of this gateway is called ${name}.`);
    await keep(
      folder,
      known ? { ...known, name, gateway, nextKey: key } : { id, name, gateway, key, state: {} },
    );
    await setConnection(board, connectionString(gateway, id, key));
    return { id, name, renewed: known !== undefined };
  } finally {
    await bus.dispose();
    await line.close();
  }
}

/** Through the gateway if one runs, so that only one process writes the folder. */
async function keep(folder: StateFolder, stored: StoredBoard): Promise<void> {
  try {
    await new EndpointClient(folder.folder).learn(stored);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== "GATEWAY_NOT_RUNNING") throw error;
    folder.saveBoard(stored);
  }
}
