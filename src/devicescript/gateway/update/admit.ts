import { ReleaseKind } from "../../../core/bundle/trailer.js";
import { isFault } from "../../../core/errors.js";
import { anyTarget } from "../../../core/image/source.js";
import { verifyRelease } from "../../../host/keys/verify-release.js";
import { judgeBytes } from "../../../image/judge-file.js";
import type { Board } from "../board.js";
import type { KnownRelease, ProgramRef } from "../store/stored-board.js";
import type { UploadOrder } from "../upload-order.js";
import { UpdateRefused } from "./script.js";

/**
 * The order's program as the board may have it: the runtime verifies nothing, so the gateway does, by the rules of boards
 * that verify (docs/signing.md). Call it when it is known what the board runs.
 * @param image of the program
 * @throws UpdateRefused NOT_SIGNED, KEY_UNKNOWN, WRONG_RELEASE, OLDER_RELEASE, RELEASE_EXPIRED, BAD_SIGNATURE
 */
export function admit(board: Board, order: UploadOrder, image: Uint8Array): ProgramRef {
  if (board.trust.length === 0) return order.program;
  const running = runningRelease(board);
  const keys = running === undefined ? board.trust : [...board.trust, running.nextKey];
  const kept = board.folder.program(board.sha256);
  const about = { kind: ReleaseKind.Program, family: 0, name: nameOf(image) };
  const name = kept === undefined ? "" : nameOf(kept);
  const release = verifyRelease({ image, trailer: order.trailer }, about, keys, running, name);
  if (isFault(release)) throw new UpdateRefused(release.code, release.text);
  const nextKey = Buffer.from(release.nextKey, "latin1").toString("hex");
  return { ...order.program, release: { counter: release.counter, nextKey } };
}

/** Of what the board has now, where it was verified. */
export function runningRelease(board: Board): KnownRelease | undefined {
  const { good } = board.state;
  return good?.sha256 === board.sha256 ? good.release : undefined;
}

function nameOf(program: Uint8Array): string {
  return judgeBytes(program, anyTarget).outer.program?.name ?? "";
}
