import { createHash } from "node:crypto";
import { slh_dsa_sha2_128s as slhDsa } from "@noble/post-quantum/slh-dsa.js";
import { chips } from "../../../boards/index.js";
import { Engine } from "../../core/bundle/header.js";
import { type ReleaseImage, ReleaseKind, trailerHeadLength } from "../../core/bundle/trailer.js";
import { anyTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { judgeBytes } from "../../image/judge-file.js";
import { imageDigest } from "./release-file.js";

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** What a release states besides what the image itself is. */
export interface ReleaseTerms {
  /** Never lower than that of a release that boards have. */
  readonly counter: number;
  readonly recall?: boolean | undefined;
  /** Seconds since 1970. */
  readonly notAfter?: number | undefined;
  /** Public key that boards trust as well while this release runs. */
  readonly nextKey?: Uint8Array | undefined;
}

export function newKeyPair(): KeyPair {
  return slhDsa.keygen();
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** As trailers name a key. */
export function keyId(publicKey: Uint8Array): string {
  return sha256(publicKey).subarray(0, 8).toString("hex");
}

/** The image with its trailer (core/bundle/trailer.ts). @throws SluiceError NOT_SIGNABLE */
export function signRelease(image: Uint8Array, keys: KeyPair, terms: ReleaseTerms): Uint8Array {
  const head = trailerHead(image, keys.publicKey, terms);
  const signature = slhDsa.sign(head, keys.secretKey, { context: Buffer.from("sluice release") });
  return new Uint8Array(Buffer.concat([image, head, signature]));
}

/** What is signed. @throws SluiceError NOT_SIGNABLE */
export function trailerHead(image: Uint8Array, publicKey: Uint8Array, terms: ReleaseTerms): Uint8Array {
  const { kind, family, name, length } = releaseImage(image);
  const head = Buffer.alloc(trailerHeadLength);
  head.write("SLUS", 0, "latin1");
  head.set([1, 1], 4);
  head.write(keyId(publicKey), 8, "hex");
  head.writeUInt32LE(terms.counter, 16);
  head.writeUInt32LE(terms.recall ? 1 : 0, 20);
  head.writeUInt32LE(terms.notAfter ?? 0, 24);
  // A key that came with an earlier release stays trusted by coming with each that it signs.
  head.set(terms.nextKey ?? publicKey, 32);
  head.write(imageDigest(image), 64, "latin1");
  head.writeUInt32LE(length, 96);
  head.set([kind, family], 100);
  head.write(name, 104, "latin1");
  return head;
}

/** What a release of this image is about: a bundle for Espruino, a DeviceScript program, or firmware of the ESP32 family. */
function releaseImage(image: Uint8Array): ReleaseImage {
  const { outer, fault } = judgeBytes(image, anyTarget);
  if (fault !== undefined) throw new SluiceError("NOT_SIGNABLE", fault.text);
  const { bundle, header, kind, program } = outer;
  if (kind === "app" && bundle?.engine === Engine.Espruino)
    return { kind: ReleaseKind.Bundle, family: bundle.family, name: bundle.name, length: image.length };
  if (program !== undefined && /^[ -~]{1,24}$/.test(program.name))
    return { kind: ReleaseKind.Program, family: 0, name: program.name, length: image.length };
  const chip = Object.values(chips).find(({ imageId }) => imageId === header?.chip);
  if (kind === "esp32" && chip !== undefined && image.length === outer.imageLength)
    return { kind: ReleaseKind.Firmware, family: chip.family, name: "", length: image.length };
  throw new SluiceError(
    "NOT_SIGNABLE",
    `${kind} is no bundle for Espruino, no DeviceScript program with a name, and not firmware of an ESP32 and nothing else`,
  );
}
