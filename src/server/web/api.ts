import type { Fleet } from "../db/fleet.js";
import type { ImageFolder } from "../images/image-folder.js";
import { type HttpReply, json, text } from "../reply.js";
import { normaliseMac } from "../wire/names.js";
import { type JsonSchema, listOf, one, viewDevice, viewDevices, viewImages, viewReports } from "./views.js";

export interface ApiContext {
  readonly fleet: Fleet;
  readonly folder: ImageFolder;
  readonly now: () => number;
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly description: string;
  readonly schema: JsonSchema;
}

/** A route of the JSON API, for people and scripts: it reads, and changes nothing. */
interface ApiRoute {
  /** With `{mac}` where a value stands. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly result: JsonSchema;
  /** What else it answers. */
  readonly rejections?: Readonly<Record<number, string>>;
  /** @param values those of the query, and those that stand in the path */
  readonly run: (context: ApiContext, values: URLSearchParams) => Promise<HttpReply>;
}

const mac: Parameter = {
  name: "mac",
  in: "path",
  description: "MAC address of the board",
  schema: { type: "string" },
};
const ofMac: Parameter = { ...mac, in: "query", description: "only of this board" };
const limit: Parameter = {
  name: "limit",
  in: "query",
  description: "at most this many",
  schema: { type: "integer", minimum: 1, maximum: 500, default: 100 },
};
const offset: Parameter = {
  name: "offset",
  in: "query",
  description: "leave out so many first",
  schema: { type: "integer", minimum: 0, default: 0 },
};
/** Boards in one answer. */
export const devicesShown = 500;

export function isBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

const noMac = text(400, "that is no MAC address\n");

export const apiRoutes: readonly ApiRoute[] = [
  {
    path: "/api/status",
    id: "getStatus",
    summary: "How many boards and images there are",
    parameters: [],
    result: one("Status"),
    async run({ fleet, folder, now }) {
      const { images, refused } = await folder.current();
      const devices = await fleet.countDevices();
      return json(200, {
        time: new Date(now()).toISOString(),
        devices,
        images: images.length,
        refused: refused.length,
      });
    },
  },
  {
    path: "/api/devices",
    id: "listDevices",
    summary:
      "Boards by name: what the operator set for them, and what they reported; /api/status counts them all",
    parameters: [{ ...limit, schema: { ...limit.schema, default: devicesShown } }, offset],
    result: listOf("Device"),
    rejections: { 400: "no such limit or offset" },
    async run({ fleet }, values) {
      const page = {
        limit: Number(values.get("limit") ?? devicesShown),
        offset: Number(values.get("offset") ?? 0),
      };
      if (!isBetween(page.limit, 1, 500) || !isBetween(page.offset, 0, 1e9))
        return text(400, "limit is 1 to 500, offset a number\n");
      return json(200, await viewDevices(fleet, page));
    },
  },
  {
    path: "/api/devices/{mac}",
    id: "getDevice",
    summary: "One board",
    parameters: [mac],
    result: one("Device"),
    rejections: { 400: "no MAC address", 404: "no such board" },
    async run({ fleet }, values) {
      const address = normaliseMac(values.get("mac") ?? "");
      if (address === undefined) return noMac;
      const device = await fleet.device(address);
      if (device === undefined) return text(404, "no such board\n");
      return json(200, viewDevice(device, await fleet.offers([address])));
    },
  },
  {
    path: "/api/images",
    id: "listImages",
    summary: "What lies in the folder, and what of it is not served, with the reason",
    parameters: [],
    result: one("Images"),
    run: async ({ folder }) => json(200, viewImages(await folder.current())),
  },
  {
    path: "/api/reports",
    id: "listReports",
    summary: "What boards reported or showed, newest first",
    parameters: [ofMac, limit],
    result: listOf("Report"),
    rejections: { 400: "no MAC address, or no such limit" },
    async run({ fleet }, values) {
      const given = values.get("mac");
      const address = given === null ? undefined : normaliseMac(given);
      if (given !== null && address === undefined) return noMac;
      const wanted = Number(values.get("limit") ?? 100);
      if (!isBetween(wanted, 1, 500)) return text(400, "limit is 1 to 500\n");
      return json(200, await viewReports(fleet, wanted, address));
    },
  },
];

/** Runs the route of a path; undefined when there is none. */
export function runRoute(
  path: string,
  query: URLSearchParams,
  context: ApiContext,
): Promise<HttpReply> | undefined {
  for (const route of apiRoutes) {
    const pattern = route.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const found = new RegExp(`^${pattern}$`).exec(path);
    if (found === null) continue;
    for (const [name, value] of Object.entries(found.groups ?? {})) query.set(name, value);
    return route.run(context, query);
  }
  return undefined;
}
