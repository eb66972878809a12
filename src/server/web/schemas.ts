import { reportSchema } from "../board-report.js";

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
