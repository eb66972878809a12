import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { valid } from "semver";
import { type AppHeader, appHeaderLength, parseAppHeader, type SafePin } from "../../core/bundle/header.js";
import { isTrailer, trailerLength } from "../../core/bundle/trailer.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";

/** Of a header, what does not follow from the payload. Versions are SemVer 2.0.0, with 24 characters at most. */
export interface BundleFields
  extends Pick<AppHeader, "kind" | "engine" | "family" | "name" | "version" | "agentVersion"> {
  /** Absent: all of the payload. */
  readonly startLength?: number;
  /** 16 at most. */
  readonly safePins: readonly SafePin[];
}

const fieldLength = 24;
const safePinsMax = 16;

/** What is wrong with the fields of a header; undefined: nothing. */
export function bundleFieldFault(
  fields: Pick<BundleFields, "name" | "version" | "agentVersion" | "safePins">,
): string | undefined {
  if (!/^[\x21-\x7e]{1,24}$/.test(fields.name))
    return `the name ${JSON.stringify(fields.name)} is not 1 to 24 ASCII characters without blanks`;
  if (valid(fields.version) !== fields.version || fields.version.length > fieldLength)
    return `the version ${JSON.stringify(fields.version)} is not a SemVer version of at most 24 characters, like 1.0.0`;
  const agent = fields.agentVersion;
  if (agent !== "" && (valid(agent) !== agent || agent.length > fieldLength))
    return `the agent version ${JSON.stringify(agent)} is not a SemVer version of at most 24 characters`;
  if (fields.safePins.length > safePinsMax)
    return `${fields.safePins.length} safe pins; there is room for 16`;
  const seen = new Set<number>();
  for (const { pin, level } of fields.safePins) {
    if (!Number.isInteger(pin) || pin < 0 || pin > 254)
      return `safe pin ${pin} is not a pin number (0 to 254)`;
    if (level !== 0 && level !== 1) return `safe pin ${pin} has level ${level}; a level is 0 or 1`;
    if (seen.has(pin)) return `safe pin ${pin} is listed twice`;
    seen.add(pin);
  }
  return undefined;
}

/**
 * Header and payload as the bytes of an `*.app` file (core/bundle/header.ts).
 * @throws SluiceError BAD_MANIFEST when a field does not fit
 */
export function encodeBundle(fields: BundleFields, payload: Uint8Array): Uint8Array {
  const wrong = bundleFieldFault(fields);
  if (wrong !== undefined) throw new SluiceError("BAD_MANIFEST", wrong);
  const bytes = Buffer.alloc(appHeaderLength + payload.length);
  bytes.write("SLUA", 0, "latin1");
  bytes.set([1, fields.kind, fields.engine, fields.family], 4);
  bytes.writeUInt32LE(appHeaderLength, 8);
  bytes.writeUInt32LE(payload.length, 12);
  bytes.writeUInt32LE(crc32(payload), 16);
  bytes.writeUInt32LE(fields.startLength ?? 0, 20);
  bytes.write(sha256(payload), 24, "hex");
  bytes.write(fields.name, 56, "latin1");
  bytes.write(fields.version, 80, "latin1");
  bytes.write(fields.agentVersion, 104, "latin1");
  bytes.fill(0xff, 128, 176);
  fields.safePins.forEach(({ pin, level }, i) => {
    bytes.set([pin, level, 0], 128 + i * 3);
  });
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 188)), 188);
  bytes.set(payload, appHeaderLength);
  return new Uint8Array(bytes);
}

/**
 * Reads an `*.app` file, signed or not, and proves length, CRC-32 and SHA-256 of its payload.
 * @throws SluiceError CORRUPT_BUNDLE with the reason
 */
export function decodeBundle(bytes: Uint8Array): {
  readonly header: AppHeader;
  readonly payload: Uint8Array;
} {
  const header = parseAppHeader(nodeBytes, nodeCrypto.crc32, bytes.subarray(0, appHeaderLength));
  if (typeof header === "string") throw new SluiceError("CORRUPT_BUNDLE", header);
  const end = appHeaderLength + header.payloadLength;
  const isSigned = isTrailer(nodeBytes, bytes.subarray(end), end) && bytes.length === end + trailerLength;
  const payload = bytes.subarray(appHeaderLength, isSigned ? end : undefined);
  const corrupt = (what: string) => new SluiceError("CORRUPT_BUNDLE", what);
  if (payload.length !== header.payloadLength)
    throw corrupt(`the header says ${header.payloadLength} bytes of code, there are ${payload.length}`);
  if (crc32(payload) !== header.payloadCrc) throw corrupt("the CRC-32 of the code differs");
  if (sha256(payload) !== header.payloadSha256) throw corrupt("the SHA-256 of the code differs");
  return { header, payload };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
