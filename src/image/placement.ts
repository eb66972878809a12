import type { Board, EbootLayout } from "../../boards/index.js";
import { chips } from "../../boards/index.js";
import { Engine } from "../core/bundle/header.js";
import { type Fault, FaultNumber, fault } from "../core/errors.js";
import { roundUpToSector, updateStart } from "../core/flash/eboot.js";
import type { ImageJudgement } from "../core/image/judgement.js";
import { storeLayout } from "../core/update/store.js";
import { appPartitions, whatFits } from "./board-target.js";
import type { FileJudgement } from "./judge-file.js";
import { boardPartitions } from "./partition-tables.js";

/** Where an image would go over the air. */
export interface Placement {
  /** The slot or area, e.g. "ota_0"; "" when there is none. */
  readonly slot: string;
  /** Address where the image would start; -1 when it goes nowhere. */
  readonly start: number;
  /** Bytes it takes there, whole sectors. */
  readonly size: number;
  /** Why it does not go there. */
  readonly fault: Fault | undefined;
  /** The verdict for people. */
  readonly sentence: string;
}

/**
 * Finds the place of a sound image.
 * @param running bytes of the sketch that runs now; Arduino's layouts need it. Default: as large as the new one.
 */
export function placeImage(board: Board, judged: FileJudgement, running?: number): Placement {
  const image = judged.outer;
  switch (image.kind) {
    case "app":
      return placeBundle(board, image);
    case "littlefs":
    case "spiffs":
    case "fat":
    case "blank":
      return placeFilesystem(board, image);
    case "devicescript":
      return placeProgram(board, image);
    case "partition-table":
      return nowhere(FaultNumber.WrongKind, "a partition table is flashed by cable, never over the air");
    default:
      if (board.layout.refusal !== undefined)
        return nowhere(FaultNumber.Space, `no firmware over the air on this layout: ${board.layout.refusal}`);
      return board.layout.kind === "eboot"
        ? placeSketch(board.layout, judged, running)
        : placeInPartition(board, image);
  }
}

function nowhere(number: number, reason: string): Placement {
  // Number 4 has a text of its own in the original; here its reason is worth more.
  const what = { ...fault(number, reason), text: reason };
  return { slot: "", start: -1, size: 0, fault: what, sentence: `Does not fit: ${reason}.` };
}

function goes(slot: string, start: number, size: number, how: string): Placement {
  const sectors = roundUpToSector(size);
  const place = `0x${start.toString(16)}..0x${(start + sectors).toString(16)}`;
  return {
    slot,
    start,
    size: sectors,
    fault: undefined,
    sentence: `Fits: goes to ${slot} at ${place}, ${how}.`,
  };
}

function placeBundle(board: Board, image: ImageJudgement): Placement {
  const port = board.espruino;
  const bundle = image.bundle;
  if (port === undefined || bundle === undefined)
    return nowhere(FaultNumber.Space, "this board has no Storage that could hold app slots");
  if (bundle.engine !== Engine.Espruino)
    return nowhere(FaultNumber.WrongEngine, "the bundle was built for another engine than Espruino");
  if (bundle.family !== 0 && bundle.family !== chips[board.chip].family)
    return nowhere(FaultNumber.WrongBoard, `the bundle was built for another chip than ${board.chip}`);
  const layout = storeLayout(board.blockLength, port.store.agentBlocks, port.store.appBlocks);
  const isAgent = bundle.kind === 2;
  const blocks = isAgent ? layout.agentBlocks : layout.appBlocks;
  const name = isAgent ? "agent slot" : "app slot";
  const room = blocks * board.blockLength;
  if (image.size > room)
    return nowhere(FaultNumber.Space, `the bundle has ${image.size} bytes, a slot ${room}`);
  const block = (isAgent ? layout.agent : layout.app)[0];
  const start = port.storage.offset + block * board.blockLength;
  return goes(name, start, image.size, "or to its twin, whichever does not run");
}

/** The runtime looks for the program itself, wherever its store has put it. */
function placeProgram(board: Board, image: ImageJudgement): Placement {
  const { devicescript: port } = board;
  const { program } = image;
  if (port === undefined || program === undefined)
    return nowhere(FaultNumber.WrongEngine, "DeviceScript bytecode is for boards that run DeviceScript");
  const [major = 0, minor = 0] = port.runtime.split(".").map(Number);
  if (program.major !== major || program.minor > minor)
    return nowhere(
      FaultNumber.WrongEngine,
      `the program needs DeviceScript ${program.major}.${program.minor}, the last firmware for the board is ${port.runtime}`,
    );
  if (image.size > port.programRoom)
    return nowhere(
      FaultNumber.Space,
      `the program has ${image.size} bytes, the board takes ${port.programRoom}`,
    );
  const unknown = program.safePins.filter(
    (pin) => !port.outputPins.some((known) => pin.startsWith(`P${known}=`)),
  );
  if (unknown.length > 0)
    return nowhere(
      FaultNumber.WrongBoard,
      `its safe pins (${unknown.join(" ")}) are no outputs of this board: it was built for another one`,
    );
  const store = boardPartitions(board).find(({ name }) => name === "fstor");
  const start = store?.offset ?? -1;
  return {
    slot: "fstor",
    start,
    size: roundUpToSector(image.size),
    fault: undefined,
    sentence: `Fits: goes to fstor at 0x${start.toString(16)}, in place of the program that is there, which the gateway keeps.`,
  };
}

function placeFilesystem(board: Board, image: ImageJudgement): Placement {
  if (board.layout.kind !== "eboot" || board.layout.filesystem === 0)
    return nowhere(FaultNumber.UnknownCommand, "this layout has no filesystem of its own");
  const { area, filesystem } = board.layout;
  if (roundUpToSector(image.size) > filesystem)
    return nowhere(FaultNumber.Space, `the image has ${image.size} bytes, the filesystem ${filesystem}`);
  return goes("filesystem", area, image.size, "in place of what is there");
}

function placeInPartition(board: Board, image: ImageJudgement): Placement {
  const [first, ...others] = appPartitions(board);
  const slot = others[0] ?? first;
  if (slot === undefined) return nowhere(FaultNumber.Space, "the partition table has no app partition");
  if (image.size > slot.size)
    return nowhere(
      FaultNumber.Space,
      `the image has ${image.size} bytes, ${slot.name} ${slot.size}; ${whatFits(board, image.size)}`,
    );
  return goes(slot.name, slot.offset, image.size, `while ${first?.name ?? "another slot"} runs`);
}

function placeSketch(layout: EbootLayout, judged: FileJudgement, running: number | undefined): Placement {
  const size = judged.outer.size;
  const unpacked = judged.inner?.size ?? size;
  const old = running ?? unpacked;
  const start = updateStart(layout.area, old, size);
  const assumed = running === undefined ? " (taking the running one to be as large)" : "";
  if (start < 0)
    return nowhere(
      FaultNumber.Space,
      `not enough room for old and new${assumed}: ${roundUpToSector(old)} bytes run, ${roundUpToSector(size)} come, the sketch area has ${layout.area}`,
    );
  if (judged.inner !== undefined && roundUpToSector(unpacked) > start)
    return nowhere(
      FaultNumber.Space,
      `inflated, the sketch of ${unpacked} bytes would run over its own compressed copy at 0x${start.toString(16)}`,
    );
  return goes("sketch area", start, size, `just below the filesystem; eboot copies it to 0${assumed}`);
}
