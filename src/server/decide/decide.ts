import type { DeviceTable, OfferTable } from "../db/schema.js";
import { chooseImage, isUnclear, newerThan, sameVersion, targetOfMode } from "../images/choose-image.js";
import { defaultChannel, type ServedImage } from "../images/served-image.js";
import type { BoardRequest, Reading } from "../wire/board-request.js";
import { isBoardsOwn } from "../wire/names.js";

/** Rows of the decision table, by name. docs/server.md lists them in the same order. */
export type RowName =
  | "stranger"
  | "header-missing"
  | "header-bad"
  | "unauthorized"
  | "blocked"
  | "mode-unknown"
  | "mac-unknown"
  | "image-missing"
  | "image-ambiguous"
  | "images-unclear"
  | "other-product"
  | "version-only"
  | "same-image"
  | "same-version"
  | "newer-on-board"
  | "version-unclear"
  | "rolled-back"
  | "given-up"
  | "too-large"
  | "update";

/** The answer to a board. */
export type Decision =
  | { readonly row: "update"; readonly status: 200; readonly image: ServedImage }
  | { readonly row: "version-only"; readonly status: 200; readonly image: ServedImage }
  | {
      readonly row: Exclude<RowName, "update" | "version-only">;
      readonly status: 304 | 400 | 401 | 403 | 404 | 413 | 500;
      /** Reason phrase, where the seed's script has its own. */
      readonly reason?: string;
      readonly text: string;
      /** The image it would have got. */
      readonly image?: ServedImage;
    };

const sector = 4096;

function sectors(size: number): number {
  return Math.ceil(size / sector) * sector;
}

/**
 * Why an image cannot go in, by the space that the board reported; undefined when it can or when nothing was reported.
 * The free space is `ESP.getFreeSketchSpace()`: from the end of the running sketch to the filesystem (Updater.cpp).
 */
function spaceFault(image: ServedImage, board: BoardRequest): string | undefined {
  const { freeSpace, sketchSize, chipSize } = board;
  if (chipSize !== undefined && image.inflatedSize > chipSize)
    return `${image.inflatedSize} bytes do not fit a flash chip of ${chipSize}`;
  if (image.target === "filesystem" || freeSpace === undefined) return undefined;
  if (image.size > freeSpace) return `${image.size} bytes do not fit the ${freeSpace} that are free`;
  if (!image.gzip || sketchSize === undefined) return undefined;
  // eboot inflates from the end of the free room to the start of the flash, and must not reach what it reads.
  const room = sectors(sketchSize) + freeSpace - sectors(image.size);
  if (image.inflatedSize <= room) return undefined;
  return `it inflates to ${image.inflatedSize} bytes, there is room for ${room}`;
}

/** An image that a board does not install is sent again after this long, in case the cause is gone; ms. */
const secondChance = 24 * 60 * 60 * 1000;

export interface BoardQuestion {
  readonly reading: Reading;
  /** Whether the request had valid credentials. */
  readonly authorized: boolean;
  /** Product or file that the URL names. */
  readonly named?: string | undefined;
  readonly device?:
    | (Pick<DeviceTable, "product" | "channel" | "pinned" | "blocked" | "board"> & {
        readonly tokenProduct?: string | null;
      })
    | undefined;
  /** What this board was last sent for the same target, and ms since then. */
  readonly offer?: (Pick<OfferTable, "md5" | "sends" | "state"> & { readonly age: number }) | undefined;
  readonly images: readonly ServedImage[];
  /** How often an image is sent to a board that does not install it. */
  readonly tries: number;
}

const notConfigured = "ESP MAC not configured for updates";
const noVersion = "no version for ESP MAC";

/**
 * All answers to boards, row by row; the first row that applies counts. No clock, no files, no network: the same request
 * has the same answer. Rows and texts are those of the seed's script, where it has them; docs/server.md has
 * the table.
 */
export function decide(question: BoardQuestion): Decision {
  const { reading, device, named } = question;
  switch (reading.kind) {
    case "stranger":
      return { row: "stranger", status: 403, text: "only for ESP8266 updater!\n" };
    case "incomplete":
      return { row: "header-missing", status: 403, text: "only for ESP8266 updater! (header)\n" };
    case "malformed":
      return { row: "header-bad", status: 400, text: `${reading.text}\n` };
  }
  if (!question.authorized)
    return { row: "unauthorized", status: 401, text: "a token, or user and password, is wanted\n" };
  if (device?.blocked) return { row: "blocked", status: 403, text: "this board is blocked\n" };
  const { request } = reading;
  if (targetOfMode(request) === undefined)
    return { row: "mode-unknown", status: 404, reason: "Mode not supported", text: "mode not supported\n" };
  // The operator's setting outranks the URL, the URL outranks the board.
  const product = device?.product ?? named ?? request.app;
  if (product === undefined) {
    const text = `MAC ${request.mac} not configured for updates\n`;
    return { row: "mac-unknown", status: 500, reason: notConfigured, text };
  }
  const wish = {
    product,
    channel: device?.channel ?? defaultChannel,
    pinned: device?.pinned ?? undefined,
    board: device?.board ?? request.board,
  };
  const image = chooseImage(request, wish, question.images);
  if (image === "none") {
    // A file named by URL that is not there gives the ordinary "not found", as from any web server.
    if (named !== undefined && device?.product == null)
      return { row: "image-missing", status: 404, text: `no image of ${named} for this board\n` };
    return { row: "image-missing", status: 500, reason: noVersion, text: `${noVersion}\n` };
  }
  if (image === "ambiguous") {
    const text = "images for several chips, and the board's is not known\n";
    return { row: "image-ambiguous", status: 500, reason: noVersion, text };
  }
  if (image === "unclear") {
    const text = "images of versions that cannot be compared; pin one\n";
    return { row: "images-unclear", status: 500, reason: noVersion, text };
  }
  // Agents are of no product.
  const bound = device?.product == null && image.target !== "agent" ? device?.tokenProduct : undefined;
  if (bound != null && image.product !== bound)
    return { row: "other-product", status: 403, text: `this board's token is for ${bound}\n` };
  if (request.mode === "version") return { row: "version-only", status: 200, image };
  const row = reasonToKeep(image, request, question);
  if (row !== undefined) return { row, status: 304, text: "", image };
  const fault = spaceFault(image, request);
  if (fault !== undefined)
    return { row: "too-large", status: 413, reason: "Not Enough Space", text: `${fault}\n`, image };
  return { row: "update", status: 200, image };
}

/** Why the board keeps what it has, although there is an image for it. */
function reasonToKeep(
  image: ServedImage,
  { mac, sketchMd5, version }: BoardRequest,
  { device, offer, tries }: BoardQuestion,
):
  | "same-image"
  | "same-version"
  | "newer-on-board"
  | "version-unclear"
  | "rolled-back"
  | "given-up"
  | undefined {
  const isFilesystem = image.target === "filesystem";
  // The hash of the flash outranks the reported version: the same bytes again would change nothing, for ever.
  if (!isFilesystem && sketchMd5 !== undefined && image.runningMd5s.includes(sketchMd5)) return "same-image";
  if (version !== undefined && sameVersion(version, image)) return "same-version";
  if (device?.pinned == null && version !== undefined && newerThan(version, image)) return "newer-on-board";
  if (device?.pinned == null && version !== undefined && isUnclear(version, image.version))
    return "version-unclear";
  // Without an identity it would be sent at every poll.
  if (isFilesystem && !isBoardsOwn(mac)) return "given-up";
  if (offer === undefined || offer.md5 !== image.md5) return undefined;
  if (offer.state === "rolled-back") return "rolled-back";
  // No board sends which filesystem it has: it has to be sent whole once.
  const over = isFilesystem ? offer.sends > 0 : offer.sends >= tries && offer.age < secondChance;
  return over ? "given-up" : undefined;
}
