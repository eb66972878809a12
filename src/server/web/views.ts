import type { Fleet } from "../db/fleet.js";
import type { DeviceTable, OfferTable, ReportTable } from "../db/schema.js";
import type { FolderState } from "../images/image-folder.js";
import type { RefusedFile, ServedImage } from "../images/served-image.js";

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
