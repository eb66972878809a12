import type { OfferState, OfferTable } from "../db/schema.js";
import { newerThan, sameVersion } from "../images/choose-image.js";
import { stemOf } from "../images/file-name.js";
import type { ServedImage } from "../images/served-image.js";
import type { BoardRequest } from "../wire/board-request.js";

type PastOffer = Pick<OfferTable, "file" | "md5" | "version" | "state">;

/**
 * What a poll shows about the image that was sent before: the original libraries report nothing, but send what they run.
 * undefined when nothing has changed.
 * @param image the image that was sent, while it still lies in the folder
 */
export function conclude(
  board: BoardRequest,
  offer: PastOffer,
  image: ServedImage | undefined,
): OfferState | undefined {
  const state = stateNow(board, offer, image);
  return state === offer.state ? undefined : state;
}

function stateNow(board: BoardRequest, offer: PastOffer, image: ServedImage | undefined): OfferState {
  const before = offer.state;
  const runs = runsIt(board, offer, image);
  // Nothing comparable was sent: unknown.
  if (runs === undefined) return before;
  if (runs) return "installed";
  switch (before) {
    case "sent":
      return board.state === "rolled-back" ? "rolled-back" : "missed";
    case "installed":
      return newerOnBoard(board, offer) ? "replaced" : "rolled-back";
    default:
      return before;
  }
}

function runsIt(board: BoardRequest, offer: PastOffer, image: ServedImage | undefined): boolean | undefined {
  if (board.sketchMd5 !== undefined && (image?.runningMd5s ?? [offer.md5]).includes(board.sketchMd5))
    return true;
  if (board.version !== undefined && offer.version !== "") {
    if (image !== undefined) return sameVersion(board.version, image);
    return board.version === offer.version || board.version === stemOf(offer.file);
  }
  return board.sketchMd5 === undefined || image === undefined ? undefined : false;
}

function newerOnBoard(board: BoardRequest, offer: PastOffer): boolean {
  return board.version !== undefined && newerThan(board.version, offer);
}
