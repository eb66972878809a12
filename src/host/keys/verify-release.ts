import { slh_dsa_sha2_128s as slhDsa } from "@noble/post-quantum/slh-dsa.js";
import {
  judgeRelease,
  keyOfId,
  parseTrailer,
  type Release,
  type ReleaseImage,
  trailerHeadLength,
} from "../../core/bundle/trailer.js";
import { type Fault, FaultNumber, fault } from "../../core/errors.js";
import { nodeBytes } from "../../node/bytes.js";
import { imageDigest, type ReleaseFile, sha256Text } from "./release-file.js";

/**
 * What a board does with a release before it commits it (src/espruino/device/parts/signed.ts), for boards that cannot.
 * @param about what the image is; its length is that of the image
 * @param keys trusted public keys, lower-case hex
 * @param running the release that runs where this one goes; undefined: none was signed
 * @param name of what runs there; "": nothing, or not known
 */
export function verifyRelease(
  { image, trailer }: ReleaseFile,
  about: Omit<ReleaseImage, "length">,
  keys: readonly string[],
  running: Pick<Release, "counter"> | undefined,
  name: string,
): Release | Fault {
  if (trailer === undefined) return fault(FaultNumber.NotSigned, "only signed releases are taken");
  const head = trailer.subarray(0, trailerHeadLength);
  const release = parseTrailer(nodeBytes, head);
  if (typeof release === "string") return fault(FaultNumber.NotSigned, release);
  const now = Math.floor(Date.now() / 1000);
  const refused = judgeRelease(release, { ...about, length: image.length }, running, name, now);
  if (refused !== undefined) return refused;
  const trusted = keys.map((key) => Buffer.from(key, "hex").toString("latin1"));
  const key = keyOfId(sha256Text, trusted, release.keyId);
  if (key === "") return fault(FaultNumber.KeyUnknown, "signed by a key that is not trusted");
  const signature = trailer.subarray(trailerHeadLength);
  const context = { context: Buffer.from("sluice release") };
  const isGood =
    imageDigest(image) === release.digest &&
    slhDsa.verify(signature, head, Buffer.from(key, "latin1"), context);
  return isGood ? release : fault(FaultNumber.Sign, "");
}
