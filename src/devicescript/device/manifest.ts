import { md5Hex } from "../../core/md5-hex.js";
import type { Bytes, Crypto } from "../../core/ports.js";
import { isHex, sameText } from "../../core/same-text.js";
import { plainText } from "../messages.js";
import { type HttpAnswer, headerOf } from "./http-answer.js";

/** What `sluice serve` has for this board. */
export interface Release {
  readonly product: string;
  readonly version: string;
  /** Bytes of the program. */
  readonly size: number;
  /** Of the program, lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
}

interface Fields {
  readonly product?: unknown;
  readonly version?: unknown;
  readonly size?: unknown;
  readonly md5?: unknown;
  readonly sha256?: unknown;
}

/**
 * Reads the manifest that a server answered with, whose own MD5 is in the header x-MD5.
 * @returns the release, or what is wrong with it
 */
export function readManifest(bytes: Bytes, crypto: Crypto, answer: HttpAnswer): Release | string {
  const announced = headerOf(answer.head, "x-md5").toLowerCase();
  if (!isHex(announced, 32)) return "the manifest comes without its MD5";
  if (!sameText(announced, md5Hex(bytes, crypto, answer.body))) return "the manifest is damaged";
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer.body);
  } catch {
    return "the manifest is not JSON";
  }
  if (typeof parsed !== "object" || parsed === null) return "the manifest is no object";
  const { product, version, size, md5, sha256 } = parsed as Fields;
  if (typeof product !== "string" || typeof version !== "string" || typeof size !== "number")
    return "the manifest lacks product, version or size";
  if (typeof md5 !== "string" || !isHex(md5, 32) || typeof sha256 !== "string" || !isHex(sha256, 64))
    return "the manifest lacks the program's hashes";
  return {
    product: plainText(product, 24),
    version: plainText(version, 24),
    size: size,
    md5: md5.toLowerCase(),
    sha256: sha256.toLowerCase(),
  };
}
