import type { IncomingMessage } from "node:http";
import type { BoardReport } from "./board-report.js";
import { readBoardReport } from "./board-report.js";
import { BodyTooLarge, readBody } from "./body.js";
import type { Fleet } from "./db/fleet.js";
import type { Tell } from "./events.js";
import { type Reply, text } from "./reply.js";
import { boardMayAsk, type Secrets } from "./wire/credentials.js";

const bodyLimit = 4096;

/** `POST /report`: what a board tells of an update, under the same secret that it polls with. */
export async function takeReport(
  request: IncomingMessage,
  options: { readonly fleet: Fleet; readonly secrets: Secrets; readonly tell: Tell },
): Promise<Reply> {
  const { fleet, secrets, tell } = options;
  let body: Buffer;
  try {
    body = await readBody(request, bodyLimit);
  } catch (error) {
    if (error instanceof BodyTooLarge) return text(413, `${error.message}\n`);
    return text(400, "the body broke off\n");
  }
  const report = readBoardReport(body);
  if (typeof report === "string") return text(400, `${report}\n`);
  const device = await fleet.device(report.mac);
  if (!boardMayAsk(secrets, request.headers.authorization, device?.token_hash ?? null)) return unauthorized;
  if (device?.blocked) return text(403, "this board is blocked\n");
  if (device === undefined) await fleet.setDevice(report.mac, {});
  await fleet.report(report);
  await settle(fleet, report);
  tell({ event: "report", mac: report.mac, report: report.event, code: report.code ?? undefined });
  return { status: 204, headers: [], body: "" };
}

export const unauthorized: Reply = text(401, "a token, or user and password, is wanted\n", {
  headers: [["WWW-Authenticate", 'Basic realm="Sluice"']],
});

/** A report that speaks of another image than the one sent last is history, and changes nothing. */
async function settle(fleet: Fleet, { mac, target, event, md5 }: BoardReport): Promise<void> {
  const offer = await fleet.offer(mac, target);
  if (offer === undefined || (md5 !== null && md5 !== offer.md5)) return;
  // Only what went out since the last verdict can be taken back: most refusals come before a byte is asked for.
  if (event === "refused") {
    if (offer.state === "sent") await fleet.notTried(mac, target);
    return;
  }
  await fleet.settle(mac, target, event === "failed" ? "missed" : event);
}
