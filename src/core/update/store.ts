/**
 * Where Sluice keeps its things on an Espruino board. The first file of a fresh Storage, named "sluice", reserves the
 * room; inside it, from the first erase-block boundary on, Sluice writes raw flash. So Storage never has to compact
 * because of an update: compaction rewrites all files in place and a power cut in it costs everything
 * (Espruino src/jsflash.c, jsfCompactInternal).
 *
 *   block 0        Storage's own file header (32 bytes), then unused
 *   blocks 1, 2    boot journal, two blocks in turn (journal.ts)
 *   blocks 3, 4    notes of the application, two blocks in turn (notes.ts)
 *   then           agent a, agent b, app a, app b
 */
export const storeFileName = "sluice";

/** Bytes of Storage's file header in front of the file's data (JsfFileHeader: u32 size, 28 chars of name). */
export const storageHeaderLength = 32;

export interface StoreLayout {
  readonly blockLength: number;
  /** Block numbers, counted from the start of Storage. */
  readonly journal: number;
  readonly notes: number;
  readonly agent: number[];
  readonly app: number[];
  /** Blocks of one slot. */
  readonly agentBlocks: number;
  readonly appBlocks: number;
  /** Blocks in all, block 0 included. */
  readonly blocks: number;
}

export function storeLayout(blockLength: number, agentBlocks: number, appBlocks: number): StoreLayout {
  const agent = 5;
  const app = agent + 2 * agentBlocks;
  return {
    blockLength: blockLength,
    journal: 1,
    notes: 3,
    agent: [agent, agent + agentBlocks],
    app: [app, app + appBlocks],
    agentBlocks: agentBlocks,
    appBlocks: appBlocks,
    blocks: app + 2 * appBlocks,
  };
}

/** Length of the Storage file "sluice" that covers the layout. */
export function storeFileLength(layout: StoreLayout): number {
  return layout.blocks * layout.blockLength - storageHeaderLength;
}
