import type { Flash } from "../ports.js";
import { storageHeaderLength } from "../store.js";

/**
 * An ESP8266 whose map has two slots of 1 MB has two of everything that lies in a slot's megabyte, Espruino's Storage
 * too: what runs sees its own. From user1 both can be read and written; from user2 only its own, because Espruino sets
 * the segment's bit in every address that it writes to. So whatever has to go from one Storage to the other is carried
 * by user1: out before the way to user2, back after it.
 *
 * The copy in user2's segment is marked in its first block, inside the file that reserves Sluice's room. The mark is
 * written last, so it also says that the copy is whole.
 */
export const segmentMark = "user2";

/** Where the mark lies, bytes from the start of Storage: right behind the first file's header. */
export const segmentMarkOffset = storageHeaderLength;

/** The two Storages, offsets counted from the start of each; `there` is the one of the slot that does not run. */
export interface Segments {
  readonly here: Flash;
  readonly there: Flash;
}
