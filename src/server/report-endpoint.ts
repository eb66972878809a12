import type { IncomingMessage } from "node:http";
import { readBody } from "../node/http-server.js";
import { type BoardEndpointOptions, clientAddress, comesFrom, newBoardsBack } from "./board-endpoint.js";
import type { Fleet } from "./db/fleet.js";
import type { DeviceTable, OfferTable } from "./db/schema.js";
import { comeBack, type HttpReply, text } from "./reply.js";
import { boardMayPoll } from "./wire/credentials.js";
import { isBoardsOwn, normaliseMac } from "./wire/names.js";

type BoardReport = Exclude<ReturnType<typeof readBoardReport>, string>;

/** JSON schema of what a board reports in a POST to /report; the reader below checks it. `code` is of the error catalogue. */
export const reportSchema = {
  type: "object",
  required: ["mac", "event"],
  additionalProperties: false,
  properties: {
    mac: { type: "string", description: "MAC address of the board's station interface" },
    event: { type: "string", enum: ["installed", "rolled-back", "failed", "refused"] },
    target: { type: "string", enum: ["app", "agent", "firmware", "filesystem"], default: "app" },
    version: { type: "string", maxLength: 100 },
    md5: { type: "string", pattern: "^[0-9a-fA-F]{32}$" },
    code: { type: "string", pattern: "^[A-Z][A-Z0-9_]{0,39}$" },
    text: { type: "string", maxLength: 200 },
  },
} as const;

/** @returns the report, or one sentence about what is wrong with it */
export function readBoardReport(body: Uint8Array) {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return "the body is not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "a JSON object is wanted";
  const fields = new Map(Object.entries(value));
  for (const [name, field] of fields) {
    if (!Object.hasOwn(reportSchema.properties, name))
      return `${JSON.stringify(name.slice(0, 40))} is not known`;
    if (typeof field !== "string") return `${name} is not a text`;
  }
  const textOf = (name: string): string | undefined => fields.get(name) as string | undefined;
  const mac = normaliseMac(textOf("mac") ?? "");
  if (mac === undefined) return "mac is not a MAC address";
  const event = oneOf(reportSchema.properties.event.enum, textOf("event"));
  if (event === undefined) return "event is not known";
  const target = oneOf(reportSchema.properties.target.enum, textOf("target") ?? "app");
  if (target === undefined) return "target is not known";
  for (const name of ["version", "text"] as const)
    if (!isReadable(textOf(name), reportSchema.properties[name].maxLength))
      return `${name} is too long or not readable`;
  for (const name of ["md5", "code"] as const) {
    const value = textOf(name);
    if (value !== undefined && !new RegExp(reportSchema.properties[name].pattern).test(value))
      return `${name} is malformed`;
  }
  return {
    mac,
    event,
    target,
    version: textOf("version") ?? null,
    md5: textOf("md5")?.toLowerCase() ?? null,
    code: textOf("code") ?? null,
    text: textOf("text") ?? null,
  };
}

function oneOf<Value extends string>(values: readonly Value[], value: string | undefined): Value | undefined {
  return values.find((one) => one === value);
}

/** No control characters: PostgreSQL takes no NUL, and logs take no line breaks. */
function isReadable(value: string | undefined, limit: number): boolean {
  return value === undefined || (value.length <= limit && !/\p{Cc}/u.test(value));
}

const bodyLimit = 4096;

/** `POST /report`: what a board reports of an update, under the same secret that it polls with. */
export async function receiveReport(
  request: IncomingMessage,
  { fleet, secrets, onEvent, now, trustProxy, newBoards }: BoardEndpointOptions,
): Promise<HttpReply> {
  // Browsers only send it: a page of another site, with what the owner's browser knows.
  if (request.headers.origin !== undefined) return text(403, "boards report, pages do not\n");
  const address = clientAddress(request, trustProxy);
  let body: Buffer | undefined;
  try {
    body = await readBody(request, bodyLimit);
  } catch {
    return text(400, "the body broke off\n");
  }
  if (body === undefined) return text(413, `more than ${bodyLimit} bytes\n`);
  const report = readBoardReport(body);
  if (typeof report === "string") return text(400, `${report}\n`);
  const device = await fleet.device(report.mac);
  if (!boardMayPoll(secrets, request.headers.authorization, device?.tokenHash ?? null)) return unauthorized;
  if (device?.blocked) return text(403, "this board is blocked\n");
  if (isBoardsOwn(report.mac)) {
    if (device === undefined) {
      if (!(await newBoards.admit(address))) return comeBack(newBoardsBack, "too many new boards");
      await fleet.met(report.mac);
    }
    await fleet.report(report);
    const offer = await fleet.offer(report.mac, report.target);
    if (offer !== undefined && counts(report, offer, device, address, now()))
      await settle(fleet, report, offer);
  }
  onEvent({ event: "report", mac: report.mac, report: report.event, code: report.code ?? undefined });
  return { status: 204, headers: [], body: "" };
}

export const unauthorized: HttpReply = text(401, "a token, or user and password, is wanted\n", {
  headers: [["WWW-Authenticate", 'Basic realm="Sluice"']],
});

/** How long after an image was sent a report of it counts under a shared secret, ms. Later the next poll shows it anyway. */
const reportMs = 86_400_000;

/**
 * Whether a report changes anything, or is history only: it has to be about the image that was sent last and, unless the
 * board's own token proves whose it is, come from where that image went, and soon.
 */
function counts(
  { md5 }: BoardReport,
  offer: OfferTable,
  device: DeviceTable | undefined,
  address: string,
  now: number,
): boolean {
  if (md5 !== null && md5 !== offer.md5) return false;
  if (device?.tokenHash != null) return true;
  return comesFrom(device, offer, address) && now - offer.at <= reportMs;
}

async function settle(fleet: Fleet, { mac, target, event }: BoardReport, offer: OfferTable): Promise<void> {
  // Only what went out since the last verdict can be taken back: most refusals come before a byte is requested.
  if (event === "refused") {
    if (offer.state === "sent") await fleet.notTried(mac, target);
    return;
  }
  await fleet.settle(mac, target, event === "failed" ? "missed" : event);
}
