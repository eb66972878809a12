import { type AppHeader, appHeaderLength, parseAppHeader } from "../../src/core/app-header.js";
import { Homecoming } from "../../src/core/firmware/homecoming.js";
import { segmentMark, segmentMarkOffset } from "../../src/core/firmware/segments.js";
import { StorageMirror } from "../../src/core/firmware/storage-mirror.js";
import { Journal, Record } from "../../src/core/journal.js";
import { Notes } from "../../src/core/notes.js";
import type { Chunk, Flash } from "../../src/core/ports.js";
import { SlotWriter } from "../../src/core/slot-writer.js";
import { storeLayout } from "../../src/core/store.js";
import { engineBytes } from "../../src/espruino/device/ports/engine-bytes.js";
import { crc32 } from "../../src/espruino/device/ports/engine-crypto.js";

/** Two bundles, put in front of this script by the test: binary text. */
declare const SLUICE_OLD: string;
declare const SLUICE_NEW: string;

const engineChecksum = { crc32: crc32 };
const block = 1024;
const layout = storeLayout(block, 1, 2);
const count = layout.blocks + 1;

/** A Storage in memory; what is written is written once, so nothing has to be ANDed. */
function memory(): Flash {
  const content: string[] = [];
  const blank = "\xff".repeat(block);
  for (let i = 0; i < count; i++) content.push(blank);
  return {
    status: () => {
      return { size: count * block, blockLength: block, blocks: count };
    },
    read: (length, offset) => {
      const at = Math.floor(offset / block);
      let text = "";
      for (let i = at; i * block < offset + length; i++) text += content[i];
      return text.slice(offset - at * block, offset - at * block + length) as unknown as Chunk;
    },
    write: (bytes, offset) => {
      const text = bytes as unknown as string;
      for (let done = 0; done < text.length; ) {
        const at = Math.floor((offset + done) / block);
        const within = (offset + done) % block;
        const piece = text.slice(done, done + block - within);
        const old = content[at];
        content[at] = old.slice(0, within) + piece + old.slice(within + piece.length);
        done += piece.length;
      }
    },
    eraseBlock: (start, end) => {
      for (let i = start; i < end; i++) content[i] = blank;
    },
  };
}

function journalOf(storage: Flash): Journal {
  return new Journal(engineBytes, engineChecksum, storage, layout.journal);
}

function notesOf(storage: Flash): Notes {
  return new Notes(engineBytes, engineChecksum, storage, layout.notes);
}

function headerAt(storage: Flash, at: number): AppHeader | undefined {
  const header = parseAppHeader(engineBytes, engineChecksum.crc32, storage.read(appHeaderLength, at * block));
  return typeof header === "string" ? undefined : header;
}

function text(storage: Flash, length: number, offset: number): string {
  return storage.read(length, offset) as unknown as string;
}

const here = memory();
const there = memory();
here.write(engineBytes.fromText("the head of a Storage's file 32b"), 0);
here.write(engineBytes.fromText(SLUICE_OLD), layout.app[0] * block);
const journal = journalOf(here);
journal.open();
journal.append(Record.Confirm);
const note = notesOf(here);
note.open();
note.remember("zone 2");

const mirror = new StorageMirror(engineBytes, { here: here, there: there }, layout, journalOf);
print("@advance", mirror.advance(1, 2) === undefined, mirror.finish(journal) === undefined);
print("@mark", text(there, segmentMark.length, segmentMarkOffset));
print("@same", text(here, block, layout.app[0] * block) === text(there, block, layout.app[0] * block));

const theirs = journalOf(there);
theirs.open();
there.write(engineBytes.fromText(SLUICE_NEW), layout.app[1] * block);
theirs.append(Record.Confirm);
theirs.append(Record.AppB);
theirs.append(Record.Confirm);
theirs.append(Record.FirmwareEven);
const home = new Homecoming({
  bytes: engineBytes,
  checksum: engineChecksum,
  segments: { here: here, there: there },
  layout: layout,
  journal: journal,
  writer: new SlotWriter(engineBytes, here),
  journalOf: journalOf,
  notesOf: notesOf,
  headerAt: headerAt,
});
for (let step = 0; step < 20 && !home.step(); step++);
const state = journal.current();
print(
  "@home",
  home.wasAway(),
  home.carried(),
  state.app,
  state.appTrial,
  state.firmwareTrial,
  state.firmwareSlot,
);
print("@note", notesOf(here).open(), notesOf(there).open().length);
