import type { Fleet } from "../db/fleet.js";
import type { ImageFolder } from "../images/image-folder.js";
import { json, type Reply, text } from "../reply.js";
import { normaliseMac } from "../wire/names.js";
import { type JsonSchema, listOf, one, viewDevice, viewDevices, viewImages, viewReports } from "./views.js";

export interface ApiContext {
  readonly fleet: Fleet;
  readonly folder: ImageFolder;
  readonly now: () => number;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly description: string;
  readonly schema: JsonSchema;
}

/** A route of the JSON API, for people and scripts: it reads, and changes nothing. */
export interface ApiRoute {
  /** With `{mac}` where a value stands. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly result: JsonSchema;
  readonly run: (context: ApiContext, values: Readonly<Record<string, string>>) => Promise<Reply>;
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
      const devices = (await fleet.devices()).length;
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
    summary: "All boards: what the operator said of them, and what they said of themselves",
    parameters: [],
    result: listOf("Device"),
    run: async ({ fleet }) => json(200, await viewDevices(fleet)),
  },
  {
    path: "/api/devices/{mac}",
    id: "getDevice",
    summary: "One board",
    parameters: [mac],
    result: one("Device"),
    async run({ fleet }, values) {
      const address = normaliseMac(values["mac"] ?? "");
      if (address === undefined) return noMac;
      const device = await fleet.device(address);
      if (device === undefined) return text(404, "no such board\n");
      return json(200, viewDevice(device, await fleet.offers()));
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
    async run({ fleet }, values) {
      const address = values["mac"] === undefined ? undefined : normaliseMac(values["mac"]);
      if (values["mac"] !== undefined && address === undefined) return noMac;
      const wanted = Number(values["limit"] ?? 100);
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > 500) return text(400, "limit is 1 to 500\n");
      return json(200, await viewReports(fleet, wanted, address));
    },
  },
];

/** The route for a path, with the values that the path and the query carry. */
export function findRoute(
  segments: readonly string[],
  query: URLSearchParams,
): { route: ApiRoute; values: Record<string, string> } | undefined {
  for (const route of apiRoutes) {
    const parts = route.path.slice(1).split("/");
    if (parts.length !== segments.length) continue;
    const values: Record<string, string> = {};
    const fits = parts.every((part, i) => {
      const segment = segments[i] ?? "";
      if (!part.startsWith("{")) return part === segment;
      values[part.slice(1, -1)] = segment;
      return true;
    });
    if (!fits) continue;
    for (const parameter of route.parameters) {
      const value = parameter.in === "query" ? query.get(parameter.name) : null;
      if (value !== null) values[parameter.name] = value;
    }
    return { route, values };
  }
  return undefined;
}
