import { openNodeLink } from "../../src/host/espota/link.js";
import type { OpenLink } from "../../src/host/index.js";

/**
 * The uploader's own sockets, with its bytes changed on the way.
 * @param change gets each piece and how many bytes went before it; what it answers is sent instead
 * @param until no byte of the image leaves before
 */
export function twistedLink(
  change: (piece: Uint8Array, before: number) => Uint8Array,
  until: Promise<unknown> = Promise.resolve(),
): OpenLink {
  return async (target, events) => {
    let before = 0;
    const added: number[] = [];
    const link = await openNodeLink(target, {
      ...events,
      flushed: (bytes) => events.flushed(bytes - (added.shift() ?? 0)),
    });
    return {
      ...link,
      write: (piece) => {
        const changed = change(piece, before);
        before += piece.length;
        added.push(changed.length - piece.length);
        void until.then(() => link.write(changed));
      },
    };
  };
}
