import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { plainAddress } from "../node/socket-limit.js";
import type { Fleet } from "./db/fleet.js";
import type { DeviceTable, OfferTable } from "./db/schema.js";
import { conclude } from "./decide/conclude.js";
import { type Decision, decide } from "./decide/decide.js";
import type { OnServerEvent } from "./events.js";
import { targetOfMode } from "./images/choose-image.js";
import type { FolderState, ImageFolder } from "./images/image-folder.js";
import type { ServedImage } from "./images/served-image.js";
import type { NewBoards } from "./new-boards.js";
import { comeBack, type HttpReply, lastHeaders, sendReply, text, writeHead } from "./reply.js";
import { sendImage } from "./send-image.js";
import { type BoardRequest, readBoardRequest } from "./wire/board-request.js";
import { boardMayPoll, type ServerSecrets } from "./wire/credentials.js";
import { isBoardsOwn } from "./wire/names.js";
import { type ByteRange, goesOn, matchesEtag, rangeHolds, readRange } from "./wire/range.js";

export interface BoardEndpointOptions {
  readonly fleet: Fleet;
  readonly folder: ImageFolder;
  readonly secrets: ServerSecrets;
  readonly newBoards: NewBoards;
  /** How often an image is sent to a board that does not install it. */
  readonly tries: number;
  /** How long a board may take no byte of an image; ms. */
  readonly idleMs: number;
  readonly now: () => number;
  readonly onEvent: OnServerEvent;
  /** Addresses of proxies, whose X-Forwarded-For counts. */
  readonly trustProxy: readonly string[];
  /** Called for each poll under a MAC address that is no board's own. */
  readonly onNameless: (mac: string, address: string) => void;
}

/**
 * Where boards poll: gathers the facts, has `decide` answer, and sends.
 * @param segments the path's; `update`, a product or a file may be named in it
 */
export async function answerPoll(
  request: IncomingMessage,
  response: ServerResponse,
  segments: readonly string[],
  options: BoardEndpointOptions,
): Promise<void> {
  const { fleet, folder, secrets, tries, now, onEvent, onNameless } = options;
  const address = clientAddress(request, options.trustProxy);
  const reading = readBoardRequest(request.rawHeaders);
  const log = (row: string, status: number, file?: string, why?: string): void => {
    const mac = reading.kind === "board" ? reading.request.mac : undefined;
    onEvent({ event: "answer", mac, address, row, status, file, text: why });
  };
  const refuse = (decision: Decision): void => {
    const why = "text" in decision ? decision.text.trim() : "";
    log(decision.row, decision.status, decision.image?.file, why);
    sendReply(response, replyOf(decision), now());
  };
  const question = { reading, authorized: false, images: [], tries };
  if (reading.kind !== "board") return refuse(decide(question));

  const board = reading.request;
  const device = await fleet.device(board.mac);
  if (!boardMayPoll(secrets, request.headers.authorization, device?.tokenHash ?? null))
    return refuse(decide(question));

  if (device === undefined && isBoardsOwn(board.mac) && !(await options.newBoards.admit(address))) {
    log("too-many-new", 503);
    return sendReply(response, comeBack(newBoardsBack, "too many new boards"), now());
  }
  const state = await folder.current();
  // What such a board was sent before is not known, and nothing that it does may count against another one.
  const isCounted = isBoardsOwn(board.mac);
  if (!isCounted) onNameless(board.mac, address);
  const target = isCounted ? targetOfMode(board) : undefined;
  let offer = target === undefined ? undefined : await fleet.offer(board.mac, target);
  // A board that goes on with what it was last sent has not started anything: what runs meanwhile proves nothing.
  const { range } = request.headers;
  const continued =
    offer !== undefined &&
    offer.state !== "rolled-back" &&
    goesOn(range, only(request.headers["if-range"]), `"${offer.md5}"`);
  if (continued) offer = undefined;
  else if (offer !== undefined && comesFrom(device, offer, address))
    offer = await learn(board, offer, state, options);
  const decision = decide({
    ...question,
    authorized: true,
    images: state.images,
    named: namedBy(segments, state),
    device,
    offer: offer && { ...offer, age: now() - offer.at },
  });
  if (isCounted) await fleet.saw(board, address, decision.row);
  const given =
    "image" in decision && decision.image?.target !== "agent" ? decision.image?.product : undefined;
  if (device != null && device.tokenHash !== null && device.product === null && device.tokenProduct === null)
    await fleet.setDevice(board.mac, { tokenProduct: given });
  if (decision.row !== "update") return refuse(decision);
  const { image } = decision;
  if (matchesEtag(request.headers["if-none-match"], etagOf(image)))
    return refuse({ row: "same-image", status: 304, text: "", image });
  if (!(await isUnchanged(folder.root, image))) {
    folder.forget(image.file);
    onEvent({ event: "changed", mac: board.mac, file: image.file });
    return sendReply(response, comeBack(2, "the image is just being replaced"), now());
  }
  log("update", 200, image.file);

  const wanted = rangeHolds(only(request.headers["if-range"]), etagOf(image))
    ? readRange(range, image.size)
    : "whole";
  if (wanted === "unsatisfiable") {
    const headers: [string, string][] = [["Content-Range", `bytes */${image.size}`]];
    return sendReply(response, text(416, "no such range\n", { headers }), now());
  }
  const isWhole = wanted === "whole";
  const sent = isWhole ? { first: 0, last: image.size - 1 } : wanted;
  const part = isWhole ? undefined : `${sent.first}-${sent.last}/${image.size}`;
  const head = [...imageHeaders(image, sent, part), ...lastHeaders(now())];
  writeHead(response, isWhole ? 200 : 206, undefined, head);
  const { kind, bytes } = await sendImage(response, folder.root, image, sent, options.idleMs);
  if (kind === "changed") folder.forget(image.file);
  if (isCounted && kind === "sent" && sent.last === image.size - 1)
    await fleet.sent(board.mac, image, address, continued);
  onEvent({ event: kind, mac: board.mac, file: image.file, bytes, part });
}

/** Seconds after which a new board is to try again. */
export const newBoardsBack = 600;

/** Whose request it is; behind a trusted proxy what that one appended, never what came with the request. */
export function clientAddress(request: IncomingMessage, trustProxy: readonly string[]): string {
  const address = plainAddress(request.socket.remoteAddress);
  if (!trustProxy.includes(address)) return address;
  const [forwarded] = [request.headers["x-forwarded-for"] ?? []].flat();
  return forwarded?.split(",").at(-1)?.trim() || address;
}

/**
 * Whether what comes under a board's MAC address is that board's word about what it was sent: a shared secret proves
 * nothing about who it is, so that it has to come from where the image went.
 */
export function comesFrom(device: DeviceTable | undefined, offer: OfferTable, address: string): boolean {
  return device?.tokenHash != null || offer.address === null || offer.address === address;
}

/** Compares what the board runs with what it was sent, and stores what became of it. */
async function learn(
  board: BoardRequest,
  offer: OfferTable,
  { images }: FolderState,
  { fleet, onEvent }: BoardEndpointOptions,
): Promise<OfferTable> {
  const { target, md5, version, file } = offer;
  if (target === "filesystem") return offer;
  const image = images.find((one) => one.md5 === md5);
  const outcome = conclude(board, offer, image);
  if (outcome === undefined) return offer;
  await fleet.settle(board.mac, target, outcome);
  const about = { mac: board.mac, target, md5, version, inferred: true };
  if (outcome === "installed" || outcome === "rolled-back") await fleet.report({ ...about, event: outcome });
  if (outcome === "missed") {
    const why = `still runs ${board.version ?? board.sketchMd5 ?? "the old one"}`;
    await fleet.report({ ...about, event: "failed", code: "NOT_INSTALLED", text: why });
  }
  onEvent({ event: "outcome", mac: board.mac, file, outcome });
  return { ...offer, state: outcome, sends: outcome === "installed" ? 0 : offer.sends };
}

/** `/update/door` names a product or a file, `/bin/door-1.2.0.bin` the file; `/esp/update/arduino.php` names nothing. */
function namedBy(segments: readonly string[], { images, refused }: FolderState): string | undefined {
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  if (segments[0] === "update") return segments.length === 1 ? undefined : last;
  const isFile = [...images, ...refused].some(({ file }) => file.split("/").at(-1) === last);
  return isFile || /\.(?:bin|gz|app)$/i.test(last) ? last : undefined;
}

function only(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

function etagOf(image: ServedImage): string {
  return `"${image.md5}"`;
}

async function isUnchanged(root: string, image: ServedImage): Promise<boolean> {
  try {
    const now = await stat(join(root, image.file));
    return now.size === image.size && now.mtimeMs === image.modified;
  } catch {
    return false;
  }
}

function imageHeaders(image: ServedImage, { first, last }: ByteRange, part?: string): [string, string][] {
  const headers: [string, string][] = [
    ["Content-Type", "application/octet-stream"],
    ["Content-Disposition", `attachment; filename=${image.file.split("/").at(-1) ?? ""}`],
    ["Content-Length", String(last - first + 1)],
  ];
  if (part !== undefined) headers.push(["Content-Range", `bytes ${part}`]);
  return [...headers, ...identity(image), ["Accept-Ranges", "bytes"]];
}

/** Hashes of the whole body, as it is sent: of the gzip file, not of what is in it. */
function identity(image: ServedImage): [string, string][] {
  const version: [string, string][] = image.version === "" ? [] : [["x-version", image.version]];
  return [["x-MD5", image.md5], ["x-SHA256", image.sha256], ...version, ["ETag", etagOf(image)]];
}

function replyOf(decision: Decision): HttpReply {
  if (decision.row === "update") throw new TypeError("an image is sent, not replied");
  if (decision.row === "version-only") return { status: 200, headers: identity(decision.image), body: "" };
  const headers: [string, string][] = [];
  if (decision.row === "unauthorized") headers.push(["WWW-Authenticate", 'Basic realm="Sluice"']);
  if (decision.status === 304 && decision.image !== undefined) headers.push(...identity(decision.image));
  return text(decision.status, decision.text, { headers, reason: decision.reason });
}
