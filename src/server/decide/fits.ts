import type { ServedImage } from "../images/served-image.js";
import type { BoardRequest } from "../wire/board-request.js";

const sector = 4096;

function sectors(size: number): number {
  return Math.ceil(size / sector) * sector;
}

/**
 * Why an image cannot go in, by what the board said of its room; undefined when it can or when nothing was said.
 * The free space is `ESP.getFreeSketchSpace()`: from the end of the running sketch to the filesystem (Updater.cpp).
 */
export function spaceFault(image: ServedImage, board: BoardRequest): string | undefined {
  const { freeSpace, sketchSize, chipSize } = board;
  if (chipSize !== undefined && image.inflatedSize > chipSize)
    return `${image.inflatedSize} bytes do not fit a flash chip of ${chipSize}`;
  if (image.target === "filesystem" || freeSpace === undefined) return undefined;
  if (image.size > freeSpace) return `${image.size} bytes do not fit the ${freeSpace} that are free`;
  if (!image.gzip || sketchSize === undefined) return undefined;
  // eboot inflates from the end of the free room to the start of the flash, and must not reach what it reads.
  const room = sectors(sketchSize) + freeSpace - sectors(image.size);
  if (image.inflatedSize <= room) return undefined;
  return `it inflates to ${image.inflatedSize} bytes, there is room for ${room}`;
}
