import { appHeaderLength, isAppBundle } from "../../../core/bundle/header.js";
import { slhSignatureLength, slhVerifies } from "../../../core/bundle/slh-dsa.js";
import {
  judgeRelease,
  keyOfId,
  parseTrailer,
  type Release,
  ReleaseKind,
  releaseDigest,
  signedText,
  trailerHeadLength,
  trailerLength,
} from "../../../core/bundle/trailer.js";
import { FaultNumber, fault, isFault } from "../../../core/errors.js";
import { factorySlot } from "../../../core/flash/otadata.js";
import type { Chunk, Flash } from "../../../core/ports.js";
import { textField, u32 } from "../../../core/read.js";
import { headBytes } from "../ports/bytes.js";
import { chipFlash, storeFlash, storeOfBoard } from "../ports/flash.js";
import { slhTools } from "../ports/slh-tools.js";
import { Part, type PartTypes, type SlotPlace } from "../resident/resident.js";
import { readSettings } from "../settings.js";

function flashOf(place: SlotPlace): Flash {
  return BOARD_OTADATA !== 0 && place.firmware !== undefined ? chipFlash : storeFlash;
}

/** The first byte, which flash does not have yet (parts/slots.ts). */
function firstByte(place: SlotPlace): string {
  return place.head === "" ? "\xe9" : place.head.charAt(0);
}

/**
 * Whether a signed release, all of which is in flash, may run. Only then does it get its first byte: whatever a power cut
 * leaves before is no image to any loader.
 */
export const release: PartTypes[Part.Release] = (it, start, place) => {
  const claim = it.load(Part.Claim)(it, start, place);
  if (isFault(claim)) return claim;
  if (!it.load(Part.Signature)(claim, place)) return fault(FaultNumber.Sign, "");
  try {
    flashOf(place).write(firstByte(place) as unknown as Chunk, start);
  } catch (error) {
    return fault(FaultNumber.Write, `${error}`);
  }
  return undefined;
};

function sha256(text: string): string {
  return E.toString(require("crypto").SHA256(text));
}

const digits = "0123456789abcdef";

/** Bytes of lower-case hex. */
function bytesOf(hex: string): string {
  let bytes = "";
  for (let i = 0; i < hex.length; i += 2)
    bytes += String.fromCharCode(16 * digits.indexOf(hex.charAt(i)) + digits.indexOf(hex.charAt(i + 1)));
  return bytes;
}

function headOf(isAgent: boolean, slot: number): Chunk {
  return storeFlash.read(
    appHeaderLength,
    (isAgent ? storeOfBoard.agent : storeOfBoard.app)[slot] * BOARD_BLOCK,
  );
}

/** The release at `start`, where it was signed: its trailer was verified when it came. */
function releaseBehind(flash: Flash, start: number, length: number, room: number): Release | undefined {
  if (length + trailerLength > room) return undefined;
  const found = parseTrailer(headBytes, flash.read(trailerHeadLength, start + length));
  return typeof found === "string" || found.length !== length ? undefined : found;
}

function releaseIn(isAgent: boolean, slot: number): Release | undefined {
  const layout = storeOfBoard;
  const room = (isAgent ? layout.agentBlocks : layout.appBlocks) * BOARD_BLOCK;
  const head = headOf(isAgent, slot);
  if (!isAppBundle(headBytes, head)) return undefined;
  const start = (isAgent ? layout.agent : layout.app)[slot] * BOARD_BLOCK;
  return releaseBehind(storeFlash, start, appHeaderLength + u32(headBytes, head, 12), room);
}

/** What of a release is not its signature, and what its signature has to be of. */
export const claim: PartTypes[Part.Claim] = (it, start, place) => {
  const flash = flashOf(place);
  const end = place.size - trailerLength;
  if (end <= appHeaderLength) return fault(FaultNumber.NotSigned, "this board takes signed releases only");
  const text = headBytes.toText(flash.read(trailerHeadLength, start + end));
  const found = parseTrailer(headBytes, text as unknown as Chunk);
  if (typeof found === "string") return fault(FaultNumber.NotSigned, found);
  const app = releaseIn(false, it.boot.slot);
  const agent = releaseIn(true, it.boot.agent);
  const head = place.head as unknown as Chunk;
  let running: Release | undefined;
  let name = "";
  let image = { kind: ReleaseKind.Firmware, family: BOARD_FAMILY, name: "", length: end };
  if (BOARD_OTADATA !== 0 && place.firmware !== undefined) {
    const own = it.load(Part.FirmwareEnd)(start, end);
    if (typeof own !== "number") return own;
    // Behind what the boot loader takes for the image: there the next release looks for this one.
    if (own !== end) return fault(FaultNumber.CorruptImage, "bytes lie between the image and its signature");
    const other = place.firmware === factorySlot ? BOARD_OTA_0 : BOARD_FACTORY;
    const room = place.firmware === factorySlot ? BOARD_OTA_0_SIZE : BOARD_FACTORY_SIZE;
    const behind = it.load(Part.FirmwareEnd)(other, room);
    if (typeof behind === "number") running = releaseBehind(chipFlash, other, behind, room);
  } else {
    const isAgent = headBytes.at(head, 5) === 2;
    running = isAgent ? agent : app;
    const old = headOf(isAgent, isAgent ? it.boot.agent : it.boot.slot);
    if (isAppBundle(headBytes, old)) name = textField(headBytes, old, 56, 24);
    image = {
      kind: ReleaseKind.Bundle,
      family: headBytes.at(head, 7),
      name: textField(headBytes, head, 56, 24),
      length: end,
    };
  }
  const refused = judgeRelease(found, image, running, name, getTime());
  if (refused !== undefined) return refused;
  const keys: string[] = [];
  for (const key of readSettings().keys || []) keys[keys.length] = bytesOf(key);
  for (const known of [app, agent, running])
    if (known !== undefined && known.nextKey !== "") keys[keys.length] = known.nextKey;
  const key = keyOfId(sha256, keys, found.keyId);
  if (key === "") return fault(FaultNumber.KeyUnknown, "signed by a key that this board does not trust");
  const digest = releaseDigest(sha256, end, (offset, length) => {
    const piece = headBytes.toText(flash.read(length, start + offset));
    return offset === 0 ? firstByte(place) + piece.slice(1) : piece;
  });
  if (digest !== found.digest) return fault(FaultNumber.Sign, "");
  return {
    key: key as unknown as Chunk,
    message: signedText(text) as unknown as Chunk,
    signature: start + end + trailerHeadLength,
  };
};

/** Whether the signature is what the claim needs. It is read piece by piece: all of it would not fit into memory. */
export const signature: PartTypes[Part.Signature] = (claim, place) => {
  const flash = flashOf(place);
  const from = claim.signature;
  const whole: Chunk = {
    length: slhSignatureLength,
    slice: (start, end) => flash.read((end === undefined ? slhSignatureLength : end) - start, from + start),
  };
  return slhVerifies(slhTools(), claim.key, claim.message, whole);
};
