import { packageVersion } from "../node/package-root.js";
import { type HttpReply, json, text } from "./reply.js";
import { type ApiContext, devicesShown, isBetween, runRoute } from "./web/api.js";
import { openApiDocument } from "./web/openapi.js";
import { pagePolicy, statusPage, statusTables } from "./web/page.js";
import { viewDevices, viewImages, viewReports } from "./web/views.js";

const reportsShown = 20;

/** The status page and the JSON API; the request is authorized already. */
export async function answerOperator(
  segments: readonly string[],
  query: URLSearchParams,
  context: ApiContext,
): Promise<HttpReply> {
  if (segments.length === 0) return page(query, context);
  const path = `/${segments.join("/")}`;
  if (path === "/api/openapi.json") return json(200, openApiDocument(packageVersion()));
  return runRoute(path, query, context) ?? text(404, "no such route\n");
}

async function page(query: URLSearchParams, { fleet, folder, now }: ApiContext): Promise<HttpReply> {
  const offset = Number(query.get("offset") ?? 0);
  const page = { limit: devicesShown, offset: isBetween(offset, 0, 1e9) ? offset : 0 };
  const facts = {
    now: now(),
    devices: await viewDevices(fleet, page),
    offset: page.offset,
    total: await fleet.countDevices(),
    images: viewImages(await folder.current()),
    reports: await viewReports(fleet, reportsShown),
  };
  const body = query.get("part") === "main" ? statusTables(facts) : statusPage(facts);
  const headers: [string, string][] = [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Security-Policy", pagePolicy],
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
  ];
  return { status: 200, headers, body };
}
