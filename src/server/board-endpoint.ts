import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Fleet } from "./db/fleet.js";
import { conclude } from "./decide/conclude.js";
import type { Decision } from "./decide/decide.js";
import { type BoardQuestion, decide } from "./decide/decide.js";
import type { OnServerEvent } from "./events.js";
import { targetOfMode } from "./images/choose-image.js";
import type { FolderState, ImageFolder } from "./images/image-folder.js";
import type { ServedImage } from "./images/served-image.js";
import { comeBack, lastHeaders, type Reply, sendReply, text, writeHead } from "./reply.js";
import { sendImage } from "./send-image.js";
import { type BoardRequest, type Reading, readBoardRequest } from "./wire/board-request.js";
import { boardMayPoll, type ServerSecrets } from "./wire/credentials.js";
import { goesOn, matchesEtag, type RangeAnswer, rangeHolds, readRange } from "./wire/range.js";

export interface BoardDoorOptions {
  readonly fleet: Fleet;
  readonly folder: ImageFolder;
  readonly secrets: ServerSecrets;
  /** How often an image is sent to a board that does not become it. */
  readonly tries: number;
  /** How long a board may take no byte of an image; ms. */
  readonly idleMs: number;
  readonly now: () => number;
  readonly tell: OnServerEvent;
}

/** Where boards ask: gathers the facts, has `decide` answer, and sends. */
export class BoardEndpoint {
  constructor(private readonly options: BoardDoorOptions) {}

  /** @param segments the path's; `update`, a product or a file may be named in it */
  async poll(request: IncomingMessage, response: ServerResponse, segments: readonly string[]): Promise<void> {
    const { fleet, folder, secrets, tries, now, tell } = this.options;
    const address = request.socket.remoteAddress ?? "";
    const reading = readBoardRequest(request.rawHeaders);
    const question = { reading, authorized: false, images: [], tries };
    if (reading.kind !== "board") return this.refuse(response, decide(question), reading, address);

    const board = reading.request;
    const device = await fleet.device(board.mac);
    if (!boardMayPoll(secrets, request.headers.authorization, device?.token_hash ?? null))
      return this.refuse(response, decide(question), reading, address);

    const state = await folder.current();
    // Who asks for the rest of an image has not started anything: nothing is to be learned from what runs meanwhile.
    const continued = await this.continued(request, board);
    const offer = continued ? undefined : await this.learn(board, state);
    const answer = decide({
      ...question,
      authorized: true,
      images: state.images,
      named: namedBy(segments, state),
      device: device && { ...device, blocked: device.blocked !== 0 },
      offer: offer && { ...offer, age: now() - offer.at },
    });
    await fleet.saw(board, address, answer.row);
    if (answer.row !== "update") return this.refuse(response, answer, reading, address);
    if (segments[0] === "manifest") return this.describe(response, board, address, answer.image);
    if (matchesEtag(request.headers["if-none-match"], etagOf(answer.image)))
      return this.refuse(response, { ...answer, row: "same-image", status: 304, text: "" }, reading, address);
    if (!(await isUnchanged(folder.root, answer.image))) {
      folder.forget(answer.image.file);
      tell({ event: "changed", mac: board.mac, file: answer.image.file });
      return sendReply(response, comeBack(2, "the image is just being replaced"), now());
    }
    tell({ event: "answer", mac: board.mac, address, row: answer.row, status: 200, file: answer.image.file });
    await this.send(request, response, board, answer.image, continued);
  }

  /** Whether the board goes on with what it was last sent. */
  private async continued(request: IncomingMessage, board: BoardRequest): Promise<boolean> {
    const { range } = request.headers;
    const target = targetOfMode(board);
    if (range === undefined || target === undefined) return false;
    const offer = await this.options.fleet.offer(board.mac, target);
    if (offer === undefined || offer.state === "rolled-back") return false;
    return goesOn(range, only(request.headers["if-range"]), `"${offer.md5}"`);
  }

  /** For boards that can look but not take: what there is, with the MD5 of these words. */
  private describe(response: ServerResponse, board: BoardRequest, address: string, image: ServedImage): void {
    const { now, tell } = this.options;
    const { product, version, size, md5, sha256, file } = image;
    const body = JSON.stringify({ product, version, size, md5, sha256 });
    tell({ event: "answer", mac: board.mac, address, row: "update", status: 200, file, text: "manifest" });
    const headers: [string, string][] = [
      ["Content-Type", "application/json"],
      ["x-MD5", createHash("md5").update(body).digest("hex")],
    ];
    sendReply(response, { status: 200, headers, body }, now());
  }

  private refuse(response: ServerResponse, answer: Decision, reading: Reading, address: string): void {
    const { now, tell } = this.options;
    const mac = reading.kind === "board" ? reading.request.mac : undefined;
    const file = answer.image?.file;
    const why = "text" in answer ? answer.text.trim() : "";
    tell({ event: "answer", mac, address, row: answer.row, status: answer.status, file, text: why });
    sendReply(response, replyOf(answer), now());
  }

  /** Compares what the board runs with what it was sent, and writes down what became of it. */
  private async learn(
    board: BoardRequest,
    state: FolderState,
  ): Promise<(BoardQuestion["offer"] & { at: number }) | undefined> {
    const { fleet, tell, now } = this.options;
    const target = targetOfMode(board);
    const offer = target === undefined ? undefined : await fleet.offer(board.mac, target);
    if (offer === undefined || target === undefined || target === "filesystem") return age(offer, now());
    const image = state.images.find(({ md5 }) => md5 === offer.md5);
    const outcome = conclude(board, offer, image);
    if (outcome === undefined) return age(offer, now());
    await fleet.settle(board.mac, target, outcome);
    const { md5, version } = offer;
    const about = { mac: board.mac, target, md5, version, inferred: true };
    if (outcome === "installed" || outcome === "rolled-back")
      await fleet.report({ ...about, event: outcome });
    if (outcome === "missed")
      await fleet.report({
        ...about,
        event: "failed",
        code: "NOT_INSTALLED",
        text: `still runs ${board.version ?? board.sketchMd5 ?? "the old one"}`,
      });
    tell({ event: "outcome", mac: board.mac, file: offer.file, outcome });
    return age({ ...offer, state: outcome, sends: outcome === "installed" ? 0 : offer.sends }, now());
  }

  private async send(
    request: IncomingMessage,
    response: ServerResponse,
    board: BoardRequest,
    image: ServedImage,
    continued: boolean,
  ): Promise<void> {
    const { fleet, folder, idleMs, now, tell } = this.options;
    const wanted = rangeHolds(only(request.headers["if-range"]), etagOf(image))
      ? readRange(request.headers.range, image.size)
      : "whole";
    if (wanted === "unsatisfiable") {
      const headers: [string, string][] = [["Content-Range", `bytes */${image.size}`]];
      return sendReply(response, text(416, "no such range\n", { headers }), now());
    }
    const range = wanted === "whole" ? { first: 0, last: image.size - 1 } : wanted;
    writeHead(response, wanted === "whole" ? 200 : 206, undefined, [
      ...imageHeaders(image, wanted),
      ...lastHeaders(now()),
    ]);
    const result = await sendImage(response, folder.root, image, range, idleMs);
    if (result.kind === "changed") folder.forget(image.file);
    if (result.kind === "sent" && range.last === image.size - 1)
      await fleet.sent(board.mac, image, continued);
    const part = wanted === "whole" ? {} : { part: `${range.first}-${range.last}/${image.size}` };
    tell({ event: result.kind, mac: board.mac, file: image.file, bytes: result.bytes, ...part });
  }
}

function age<Offer extends { readonly at: number }>(
  offer: Offer | undefined,
  now: number,
): (Offer & { age: number }) | undefined {
  return offer && { ...offer, age: now - offer.at };
}

/** `/update/door` names a product or a file, `/bin/door-1.2.0.bin` the file; `/esp/update/arduino.php` names nothing. */
function namedBy(segments: readonly string[], { images, refused }: FolderState): string | undefined {
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  if (segments[0] === "update" || segments[0] === "manifest") return segments.length === 1 ? undefined : last;
  const isFile = [...images, ...refused].some(({ file }) => file.split("/").at(-1) === last);
  return isFile || /\.(?:bin|gz|app)$/i.test(last) ? last : undefined;
}

function only(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

export function etagOf(image: ServedImage): string {
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

function imageHeaders(image: ServedImage, range: RangeAnswer): [string, string][] {
  const headers: [string, string][] = [
    ["Content-Type", "application/octet-stream"],
    ["Content-Disposition", `attachment; filename=${image.file.split("/").at(-1) ?? ""}`],
    ["Content-Length", String(typeof range === "string" ? image.size : range.last - range.first + 1)],
  ];
  if (typeof range !== "string")
    headers.push(["Content-Range", `bytes ${range.first}-${range.last}/${image.size}`]);
  headers.push(...identity(image), ["Accept-Ranges", "bytes"]);
  return headers;
}

/** Hashes of the whole body, as it is sent: of the gzip file, not of what is in it. */
function identity(image: ServedImage): [string, string][] {
  const version: [string, string][] = image.version === "" ? [] : [["x-version", image.version]];
  return [["x-MD5", image.md5], ["x-SHA256", image.sha256], ...version, ["ETag", etagOf(image)]];
}

function replyOf(answer: Decision): Reply {
  if (answer.row === "update") throw new TypeError("an image is sent, not replied");
  if (answer.row === "version-only") return { status: 200, headers: identity(answer.image), body: "" };
  const headers: [string, string][] = [];
  if (answer.row === "unauthorized") headers.push(["WWW-Authenticate", 'Basic realm="Sluice"']);
  if (answer.status === 304 && answer.image !== undefined) headers.push(...identity(answer.image));
  return text(answer.status, answer.text, { headers, reason: answer.reason });
}
