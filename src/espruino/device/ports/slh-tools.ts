import type { SlhBytes, SlhHash, SlhTools } from "../../../core/bundle/slh-dsa.js";
import { at, flatBytes } from "./bytes.js";

/** The engine's own SHA-256, and memory in one piece, which it hashes where it lies. */
export const slhTools = (): SlhTools => ({
  sha256: require("crypto").SHA256 as unknown as (bytes: SlhBytes) => SlhHash,
  zeros: (length) => flatBytes(length) as unknown as SlhBytes,
  window: (bytes, length) =>
    new Uint8Array((bytes as unknown as Uint8Array).buffer, 0, length) as unknown as SlhBytes,
  bytesOf: (hash) => new Uint8Array(hash as unknown as ArrayBuffer) as unknown as SlhBytes,
  at: at,
  // In memory that is torn to pieces the engine searches longer for each digest than it computes it.
  tidy: () => {
    process.memory();
  },
});
