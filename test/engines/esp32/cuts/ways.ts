import { rmSync } from "node:fs";
import { join } from "node:path";
import { uploadImage } from "../../../../src/host/index.js";
import type { Rig } from "../../../server/support/rig.js";
import type { Esp32Board } from "../esp32-board.js";
import { firmwareFolder } from "../esp32-board.js";
import { firmwareOf, password } from "../flash-file.js";

export const wayNames = ["push", "page", "pull", "firmware"] as const;
export type WayName = (typeof wayNames)[number];

const authorization = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
/** An update that is not cut has ended by then. */
const patienceMs = 600_000;

/**
 * Starts an update. What becomes of it is seen on the board: a power cut breaks it off.
 * @returns what ends our side of it
 */
export function startUpdate(way: WayName, it: Esp32Board, rig: Rig, image: Uint8Array): () => Promise<void> {
  const stop = new AbortController();
  if (way === "pull") {
    rig.put("plain.app", image);
    return async () => rmSync(join(rig.folder, "plain.app"), { force: true });
  }
  const sent =
    way === "page"
      ? fetch(`http://127.0.0.1:${it.web}/update`, {
          method: "POST",
          headers: { authorization },
          body: Buffer.from(image),
          signal: AbortSignal.any([stop.signal, AbortSignal.timeout(patienceMs)]),
        })
      : uploadImage({
          image: way === "firmware" ? firmwareOf(firmwareFolder) : image,
          to: it.target,
          password,
          signal: stop.signal,
        });
  const ended = sent.then(
    () => undefined,
    () => undefined,
  );
  return async () => {
    stop.abort();
    await ended;
  };
}
