import { randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { keyLength } from "./wssk/session.js";

const deriveKey: (...input: readonly [string, string, number, typeof cost]) => Promise<Uint8Array> =
  promisify(scrypt);
/** RFC 7914; 32 MB and about a tenth of a second for every guess at a password. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * A board's key from a password that may serve many boards: the board's id is the salt, so no two keys are alike.
 * @param deviceId 16 hex digits
 */
export function keyOf(password: string, deviceId: string): Promise<Uint8Array> {
  return deriveKey(password, `sluice wssk ${deviceId.toLowerCase()}`, keyLength, cost);
}

export function randomKey(): Uint8Array {
  return new Uint8Array(randomBytes(keyLength));
}

/**
 * What the runtime keeps in its setting `wssk_connstr`. A secret.
 * @param gateway `ws://HOST[:PORT]` or `wss://…`, without a path
 */
export function connectionString(gateway: string, deviceId: string, key: Uint8Array): string {
  const [scheme, host] = gateway.replace(/\/+$/, "").split("://");
  return `${scheme}://wssk:${Buffer.from(key).toString("hex")}@${host}/wssk/${deviceId}`;
}

/** @returns the address in the shape that `connectionString` takes; undefined when the runtime could not use it */
export function gatewayAddress(text: string): string | undefined {
  const found = /^(?:(wss?):\/\/)?([A-Za-z0-9.-]+)(?::(\d{1,5}))?\/?$/.exec(text);
  if (!found) return undefined;
  const [, scheme = "ws", host, port] = found;
  if (port !== undefined && (Number(port) < 2 || Number(port) > 65_535)) return undefined;
  return `${scheme}://${host}${port === undefined ? "" : `:${port}`}`;
}

export function isDeviceId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}
