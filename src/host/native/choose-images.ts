import { type Board, findBoard } from "../../../boards/index.js";
import { v2Magic, v2UserBin } from "../../core/image/esp8266-v2-head.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { boardTarget } from "../../image/board-target.js";
import { nodeBytes } from "../../node/bytes.js";
import type { ArchiveFiles } from "../flash/archive.js";
import { type Firmware, findFirmware, suitsMap } from "../flash/firmware-package.js";
import { judgeVersion } from "../flash/firmware-version.js";
import { judgeFirmware } from "../flash/judge-firmware.js";
import { judgeUpload } from "../judge-upload.js";
import type { UserImages } from "./upload-native.js";

/** The one board whose firmware goes through port 88 and that has room for two. */
const nativeBoard = "esp8266-4mb";

/** Whether a file is an image that only port 88 takes: `EA 04`, for boot_v1.x. */
export function isUserImage(bytes: Uint8Array): boolean {
  return bytes[0] === v2Magic && bytes[1] === 4;
}

/** One file, for the slot that its byte 3 names; for both where it names none. @throws SluiceError as judged */
export function imagesOfFile(bytes: Uint8Array, id: string | undefined): UserImages {
  const board = nativeBoardOf(id);
  const slot = v2UserBin(nodeBytes, bytes);
  return judged(board, {
    ...(slot === 2 ? {} : { user1: bytes }),
    ...(slot === 1 ? {} : { user2: bytes }),
  });
}

/**
 * The firmware of a package: two user images for an ESP8266, one image for everything else.
 * @param id of the board; without it the package must be the ESP8266's alone
 * @throws SluiceError BAD_FIRMWARE_PACKAGE, ESPRUINO_TOO_OLD, WRONG_BOARD, NOT_ENOUGH_SPACE, NEEDS_BOARD, …
 */
export function imagesOfPackage(files: ArchiveFiles, id: string | undefined): UserImages | Uint8Array {
  const board = boardOf(id ?? onlyBuild(files));
  const firmware = findFirmware(board, files);
  judgeVersion(firmware.version);
  if (board.layout.kind !== "user12") {
    judgeUpload(firmware.app, board);
    return firmware.app;
  }
  return judged(nativeBoardOf(board.id), imagesIn(firmware));
}

function imagesIn(firmware: Firmware): UserImages {
  if (firmware.user2 !== undefined) return { user1: firmware.app, user2: firmware.user2 };
  return { user1: firmware.app };
}

function judged(board: Board, images: UserImages): UserImages {
  const target = boardTarget(board);
  if (images.user1 !== undefined) judgeFirmware("firmware (user1)", images.user1, { ...target, userBin: 1 });
  if (images.user2 !== undefined) judgeFirmware("firmware (user2)", images.user2, { ...target, userBin: 2 });
  for (const image of [images.user1, images.user2])
    if (image !== undefined && !suitsMap(board, image))
      throw new SluiceError(
        "WRONG_BOARD",
        `The firmware was built for another flash map than ${board.id} has.`,
      );
  return images;
}

/** Without --board: a package that holds nothing but this build. */
function onlyBuild(files: ArchiveFiles): string {
  const names = [...files.keys()].map((path) => path.slice(path.lastIndexOf("/") + 1));
  const folders = new Set(
    [...files.keys()]
      .filter((path) => path.endsWith(".bin"))
      .map((path) => path.slice(0, path.lastIndexOf("/") + 1)),
  );
  if (names.includes("espruino_esp8266_user2.bin") && folders.size === 1) return nativeBoard;
  throw new SluiceError(
    "NEEDS_BOARD",
    "This package does not say by itself which of its builds the board runs.",
  );
}

function nativeBoardOf(id = nativeBoard): Board {
  const board = boardOf(id);
  const { layout } = board;
  if (layout.kind === "user12" && layout.user2 > 0 && board.espruino !== undefined) return board;
  throw new SluiceError(
    "NO_FIRMWARE_SLOT",
    `${board.id}: ${layout.refusal ?? "Sluice's agent does not run there, so nothing makes the equipment safe first"}.`,
  );
}

function boardOf(id: string): Board {
  const board = findBoard(id);
  if (board === undefined) throw new SluiceError("UNKNOWN_BOARD", `There is no board ${id}.`);
  return board;
}
