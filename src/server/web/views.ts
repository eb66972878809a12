import type { Fleet, Page } from "../db/fleet.js";
import type { DeviceTable, OfferTable, ReportTable } from "../db/schema.js";
import type { FolderState } from "../images/image-folder.js";
import type { ServedImage } from "../images/served-image.js";
import { reportSchema } from "../report-endpoint.js";

/** The part of JSON Schema that the OpenAPI document uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly [more: string]: unknown;
}

const text = { type: "string" } as const;
const maybeText = { type: ["string", "null"] } as const;
const flag = { type: "boolean" } as const;
const count = { type: "integer" } as const;
const maybeCount = { type: ["integer", "null"] } as const;

/** Every property is always there; nothing else is. */
function record<Properties extends Readonly<Record<string, JsonSchema>>>(properties: Properties) {
  return { type: "object", required: Object.keys(properties), additionalProperties: false, properties };
}

export function one(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function listOf(name: string): JsonSchema {
  return { type: "array", items: one(name) };
}

const records = {
  Offer: record({ target: text, file: text, md5: text, version: text, sends: count, state: text, at: text }),
  Device: record({
    mac: text,
    name: text,
    product: maybeText,
    channel: text,
    pinned: maybeText,
    board: maybeText,
    ownToken: flag,
    blocked: flag,
    family: maybeText,
    app: maybeText,
    version: maybeText,
    sketchMd5: maybeText,
    slot: maybeText,
    freeSpace: maybeCount,
    chipSize: maybeCount,
    sdkVersion: maybeText,
    address: maybeText,
    lastSeen: maybeText,
    lastAnswer: maybeText,
    offers: listOf("Offer"),
  }),
  Report: record({
    mac: text,
    at: text,
    event: { type: "string", enum: ["sent", "installed", "rolled-back", "failed", "refused"] },
    target: maybeText,
    version: maybeText,
    md5: maybeText,
    code: maybeText,
    text: maybeText,
    inferred: flag,
  }),
  Image: record({
    file: text,
    channel: text,
    target: { type: "string", enum: ["firmware", "filesystem", "app", "agent"] },
    product: text,
    version: text,
    kind: text,
    gzip: flag,
    size: count,
    md5: text,
    sha256: text,
    modified: text,
  }),
  RefusedFile: record({ file: text, code: text, text }),
  Images: record({ images: listOf("Image"), refused: listOf("RefusedFile") }),
  Status: record({ time: text, devices: count, images: count, refused: count }),
};

export const schemas: Readonly<Record<string, JsonSchema>> = { ...records, NewReport: reportSchema };

/*
 * What the API and the page show. Times are ISO 8601 in UTC, sizes bytes. No secrets, and no hashes of them.
 */
export type DeviceView = ReturnType<typeof viewDevice>;
export type OfferView = ReturnType<typeof viewOffer>;
export type ReportView = ReturnType<typeof viewReport>;
export type ImageView = ReturnType<typeof viewImage>;
export type ImagesView = ReturnType<typeof viewImages>;

export async function viewDevices(fleet: Fleet, page: Page): Promise<DeviceView[]> {
  const devices = await fleet.devices(page);
  const byMac = new Map<string, OfferTable[]>(devices.map(({ mac }) => [mac, []]));
  for (const offer of await fleet.offers([...byMac.keys()])) byMac.get(offer.mac)?.push(offer);
  return devices.map((device) => viewDevice(device, byMac.get(device.mac) ?? []));
}

export function viewDevice(device: DeviceTable, offers: readonly OfferTable[]) {
  return shown("Device", {
    ...device,
    ownToken: device.tokenHash !== null,
    blocked: device.blocked !== 0,
    lastSeen: device.lastSeen === null ? null : isoTime(device.lastSeen),
    offers: offers.map(viewOffer),
  });
}

function viewOffer(offer: OfferTable) {
  return shown("Offer", { ...offer, at: isoTime(offer.at) });
}

export async function viewReports(fleet: Fleet, limit: number, mac?: string): Promise<ReportView[]> {
  return (await fleet.reports(limit, mac)).map(viewReport);
}

function viewReport(report: ReportTable) {
  return shown("Report", { ...report, at: isoTime(report.at), inferred: report.inferred !== 0 });
}

export function viewImages({ images, refused }: FolderState) {
  return { images: images.map(viewImage), refused };
}

function viewImage(image: ServedImage) {
  return shown("Image", { ...image, modified: isoTime(image.modified) });
}

/** Of a row, the properties that the OpenAPI document names. */
function shown<Name extends keyof typeof records, Row>(
  name: Name,
  row: Row,
): Pick<Row, keyof (typeof records)[Name]["properties"] & keyof Row> {
  const values = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.keys(records[name].properties).map((key) => [key, values[key]])) as never;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
