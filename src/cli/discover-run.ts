import { SluiceError } from "../errors/sluice-error.js";
import { discoverBoards } from "../host/discover/discover.js";
import type { DiscoverFlags } from "./discover.js";
import { discoverView } from "./discover-view.js";

/** What `sluice discover` does. Rejects with SluiceError, also when it found no board. */
export async function discover(flags: DiscoverFlags): Promise<void> {
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  const view = discoverView({
    json: flags.json ?? false,
    terminal: process.stdout.isTTY ?? false,
    out: (text) => process.stdout.write(text),
  });
  try {
    const boards = await discoverBoards({
      milliseconds: flags.seconds === 0 ? Number.POSITIVE_INFINITY : flags.seconds * 1000,
      interface: flags.interface,
      onEvent: view.show,
      signal: stop.signal,
    });
    view.end(boards);
    if (boards.length === 0) throw new SluiceError("NO_BOARD_FOUND");
  } finally {
    process.removeListener("SIGINT", interrupted);
    process.removeListener("SIGTERM", interrupted);
  }
}
