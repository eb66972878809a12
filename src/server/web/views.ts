import type { Fleet } from "../db/fleet.js";
import type { DeviceTable, OfferTable, ReportTable } from "../db/schema.js";
import type { FolderState } from "../images/image-folder.js";
import type { RefusedFile, ServedImage } from "../images/served-image.js";
import { reportSchema } from "../report-endpoint.js";

/** The part of JSON schema that the OpenAPI document uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly [more: string]: unknown;
}

const text = { type: "string" } as const;
const maybeText = { type: ["string", "null"] } as const;
const flag = { type: "boolean" } as const;
const count = { type: "integer" } as const;
const maybeCount = { type: ["integer", "null"] } as const;

/** Every property is always there; nothing else is. */
function record(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", required: Object.keys(properties), additionalProperties: false, properties };
}

export function listOf(name: keyof typeof schemas): Schema {
  return { type: "array", items: { $ref: `#/components/schemas/${name}` } };
}

export function one(name: keyof typeof schemas): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export const schemas: Readonly<
  Record<"Offer" | "Device" | "Report" | "Image" | "RefusedFile" | "Images" | "Status" | "NewReport", Schema>
> = {
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
    offers: { type: "array", items: { $ref: "#/components/schemas/Offer" } },
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
  Images: record({
    images: { type: "array", items: { $ref: "#/components/schemas/Image" } },
    refused: { type: "array", items: { $ref: "#/components/schemas/RefusedFile" } },
  }),
  Status: record({ time: text, devices: count, images: count, refused: count }),
  NewReport: reportSchema,
};

/** What the API and the page show. Times are ISO 8601 in UTC, sizes bytes. No secrets, and no hashes of them. */
export interface DeviceView {
  readonly mac: string;
  readonly name: string;
  readonly product: string | null;
  readonly channel: string;
  readonly pinned: string | null;
  readonly board: string | null;
  readonly ownToken: boolean;
  readonly blocked: boolean;
  readonly family: string | null;
  readonly app: string | null;
  readonly version: string | null;
  readonly sketchMd5: string | null;
  readonly slot: string | null;
  readonly freeSpace: number | null;
  readonly chipSize: number | null;
  readonly sdkVersion: string | null;
  readonly address: string | null;
  readonly lastSeen: string | null;
  readonly lastAnswer: string | null;
  readonly offers: readonly OfferView[];
}

export interface OfferView {
  readonly target: string;
  readonly file: string;
  readonly md5: string;
  readonly version: string;
  readonly sends: number;
  readonly state: string;
  readonly at: string;
}

export interface ReportView {
  readonly mac: string;
  readonly at: string;
  readonly event: string;
  readonly target: string | null;
  readonly version: string | null;
  readonly md5: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly inferred: boolean;
}

export interface ImageView {
  readonly file: string;
  readonly channel: string;
  readonly target: string;
  readonly product: string;
  readonly version: string;
  readonly kind: string;
  readonly gzip: boolean;
  readonly size: number;
  readonly md5: string;
  readonly sha256: string;
  readonly modified: string;
}

export interface ImagesView {
  readonly images: readonly ImageView[];
  readonly refused: readonly RefusedFile[];
}

export async function viewDevices(fleet: Fleet): Promise<DeviceView[]> {
  const [devices, offers] = [await fleet.devices(), await fleet.offers()];
  return devices.map((device) => viewDevice(device, offers));
}

export function viewDevice(device: DeviceTable, offers: readonly OfferTable[]): DeviceView {
  return {
    mac: device.mac,
    name: device.name,
    product: device.product,
    channel: device.channel,
    pinned: device.pinned,
    board: device.board,
    ownToken: device.token_hash !== null,
    blocked: device.blocked !== 0,
    family: device.family,
    app: device.app,
    version: device.version,
    sketchMd5: device.sketch_md5,
    slot: device.slot,
    freeSpace: device.free_space,
    chipSize: device.chip_size,
    sdkVersion: device.sdk_version,
    address: device.address,
    lastSeen: device.last_seen === null ? null : isoTime(device.last_seen),
    lastAnswer: device.last_answer,
    offers: offers
      .filter(({ mac }) => mac === device.mac)
      .map(({ target, file, md5, version, sends, state, at }) => ({
        target,
        file,
        md5,
        version,
        sends,
        state,
        at: isoTime(at),
      })),
  };
}

export async function viewReports(fleet: Fleet, limit: number, mac?: string): Promise<ReportView[]> {
  return (await fleet.reports(limit, mac)).map(viewReport);
}

function viewReport({ mac, at, event, target, version, md5, code, text, inferred }: ReportTable): ReportView {
  return { mac, at: isoTime(at), event, target, version, md5, code, text, inferred: inferred !== 0 };
}

export function viewImages({ images, refused }: FolderState): ImagesView {
  return {
    images: images.map(viewImage),
    refused: refused.map(({ file, code, text }) => ({ file, code, text })),
  };
}

function viewImage(image: ServedImage): ImageView {
  const { file, channel, target, product, version, kind, gzip, size, md5, sha256, modified } = image;
  return {
    file,
    channel,
    target,
    product,
    version,
    kind,
    gzip,
    size,
    md5,
    sha256,
    modified: isoTime(modified),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
