import { align, fileSize, headerLength, isDeleted, type StorageWalk } from "./storage-walk.js";

/** Espruino's Storage.getStats(): all in bytes or files, headers included. */
export interface StorageStats {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly fileBytes: number;
  readonly fileCount: number;
  readonly trashBytes: number;
  readonly trashCount: number;
}

export interface StorageSurvey extends StorageStats {
  /** The last page before the first deleted file that starts with a header: compaction begins there. 0: none. */
  readonly firstTrashPage: number;
}

export function storageStats(walk: StorageWalk): StorageStats {
  const { firstTrashPage: _, ...stats } = surveyStorage(walk);
  return stats;
}

export function surveyStorage(walk: StorageWalk): StorageSurvey {
  let fileBytes = 0;
  let fileCount = 0;
  let trashBytes = 0;
  let trashCount = 0;
  let firstTrashPage = 0;
  let pageWithHeader = walk.start;
  let last = walk.start;
  for (const [address, header] of walk.files()) {
    if (walk.pageStart(address) === address) pageWithHeader = address;
    const bytes = align(fileSize(header)) + headerLength;
    last = address + bytes;
    if (isDeleted(header)) {
      trashBytes += bytes;
      trashCount++;
      if (firstTrashPage === 0) firstTrashPage = pageWithHeader;
    } else {
      fileBytes += bytes;
      fileCount++;
    }
  }
  const totalBytes = walk.end - walk.start;
  const freeBytes = walk.end - last;
  return { totalBytes, freeBytes, fileBytes, fileCount, trashBytes, trashCount, firstTrashPage };
}
