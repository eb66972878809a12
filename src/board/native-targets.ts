import type { Board } from "../../boards/index.js";
import type { EbootLayout } from "../../boards/layout.js";
import { FaultNumber, fault } from "../core/errors.js";
import { EbootScheme } from "../core/firmware/eboot-scheme.js";
import { FilesystemTarget, type Staging } from "../core/firmware/filesystem-target.js";
import { FirmwareTarget } from "../core/firmware/firmware-target.js";
import { judgeWhole } from "../core/firmware/judge-stored.js";
import { StagedCopy } from "../core/firmware/staged-copy.js";
import { roundUpToSector, sketchSize } from "../core/flash/sketch-space.js";
import type { Flash } from "../core/ports.js";
import type { Target } from "../core/update/target.js";
import { boardTarget } from "../image/board-target.js";
import { nodeImageTools } from "../image/judge-file.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";
import type { RtcMemory } from "./rtc.js";

const sectorLength = 4096;

/** The places that images go to on a board whose firmware is native: sketch and filesystem. */
export function nativeTargets(board: Board, flash: Flash, rtc: RtcMemory, force: boolean): Target[] {
  const layout = board.layout;
  return layout.kind === "eboot" ? ebootTargets(board, layout, flash, rtc, force) : [];
}

/**
 * The block that orders a filesystem copy: the last one below the filesystem. A staged sketch lies there, too, but never
 * while an order is open: the board carries it out before it listens.
 */
export function stagedCopyOf(layout: EbootLayout, flash: Flash): StagedCopy {
  return new StagedCopy(nodeBytes, nodeCrypto, flash, layout.area / sectorLength - 1);
}

function ebootTargets(
  board: Board,
  layout: EbootLayout,
  flash: Flash,
  rtc: RtcMemory,
  force: boolean,
): Target[] {
  const tools = nodeImageTools;
  const targets: Target[] = [];
  const port = {
    read: (offset: number, length: number) => rtc.read(offset, length),
    write: (bytes: { length: number }, offset: number) => rtc.write(offset, bytes as Uint8Array),
  };
  // Layouts without room for old and new say so to every sketch, also to one that is small enough by chance.
  const mayNot = () => (layout.refusal === undefined ? undefined : fault(FaultNumber.Space, ""));
  const scheme = new EbootScheme(tools, flash, port, layout.area, boardTarget(board), mayNot);
  targets.push(new FirmwareTarget(tools, flash, scheme, judgeWhole));
  if (layout.filesystem > 0)
    targets.push(
      new FilesystemTarget(
        nodeBytes,
        nodeCrypto,
        flash,
        { offset: layout.area, size: layout.filesystem },
        (size) => staging(layout, flash, size),
        force,
      ),
    );
  return targets;
}

/** Room between the sketch and the ordering block, if the image fits there. */
function staging(layout: EbootLayout, flash: Flash, size: number): Staging | undefined {
  const sketch = sketchSize(nodeBytes, {
    size: flash.status().size,
    read: (offset, length) => flash.read(length, offset),
  });
  const offset = layout.area - sectorLength - roundUpToSector(size);
  if (offset < roundUpToSector(sketch)) return undefined;
  return { copy: stagedCopyOf(layout, flash), place: { offset, size: roundUpToSector(size) } };
}
