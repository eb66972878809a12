import { describe, expect, test } from "vitest";
import { flashArea } from "../../../src/board/flash-area.js";
import { NorFlash } from "../../../src/board/nor-flash.js";
import { type AppHeader, appHeaderLength, parseAppHeader } from "../../../src/core/app-header.js";
import { Homecoming } from "../../../src/core/firmware/homecoming.js";
import { segmentMark } from "../../../src/core/firmware/segments.js";
import { StorageMirror } from "../../../src/core/firmware/storage-mirror.js";
import { Journal, Record } from "../../../src/core/journal.js";
import { Notes } from "../../../src/core/notes.js";
import type { Flash } from "../../../src/core/ports.js";
import { SlotWriter } from "../../../src/core/slot-writer.js";
import { storeLayout } from "../../../src/core/store.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { makeBundle } from "../../../src/prover/images.js";

const block = 4096;
const layout = storeLayout(block, 2, 1);
const blocks = layout.blocks + 2;
const bundle = { family: 1, size: 1500 };

const journalOf = (storage: Flash) => new Journal(nodeBytes, nodeCrypto, storage, layout.journal);
const notesOf = (storage: Flash) => new Notes(nodeBytes, nodeCrypto, storage, layout.notes);

function headerAt(storage: Flash, at: number): AppHeader | undefined {
  const header = parseAppHeader(nodeBytes, nodeCrypto.crc32, storage.read(appHeaderLength, at * block));
  return typeof header === "string" ? undefined : header;
}

/** Two Storages of one chip; the first as it is after months of use. */
function segments() {
  const nor = new NorFlash({ size: 2 * blocks * block, blockLength: block });
  const here = flashArea(nor, 0, blocks * block);
  const there = flashArea(nor, blocks * block, blocks * block);
  here.write(Buffer.from("head of the first file, 32 bytes"), 0);
  here.write(makeBundle({ ...bundle, name: "sluice", version: "1.0.0", kind: 2 }), layout.agent[0] * block);
  here.write(makeBundle({ ...bundle, name: "garden", version: "1.0.0", kind: 1 }), layout.app[0] * block);
  here.write(Buffer.from("behind the slots"), layout.blocks * block);
  const journal = journalOf(here);
  journal.open();
  journal.append(Record.Confirm);
  const notes = notesOf(here);
  notes.open();
  notes.remember("zone 2");
  // What an earlier round left behind must not survive.
  there.write(Buffer.alloc(block, 0x11), 3 * block);
  return { nor, here, there, journal };
}

function depart({ here, there, journal }: ReturnType<typeof segments>): void {
  const mirror = new StorageMirror(nodeBytes, { here, there }, layout, journalOf);
  for (let done = 1; done <= 10; done++) expect(mirror.advance(done, 10)).toBeUndefined();
  expect(mirror.finish(journal)).toBeUndefined();
}

function comeHome({ here, there, journal }: ReturnType<typeof segments>): Homecoming {
  const home = new Homecoming({
    bytes: nodeBytes,
    checksum: nodeCrypto,
    segments: { here, there },
    layout,
    journal,
    writer: new SlotWriter(nodeBytes, here),
    journalOf,
    notesOf,
    headerAt,
  });
  for (let step = 0; step < 20 && !home.step(); step++);
  return home;
}

describe("Storage on its way to user2 and home", () => {
  test("everything goes along, and the copy says that the firmware is on trial", () => {
    const chip = segments();
    depart(chip);
    for (let at = 0; at < blocks; at++)
      if (at > 4)
        expect(
          nodeBytes.equal(chip.here.read(block, at * block), chip.there.read(block, at * block)),
          `${at}`,
        ).toBe(true);
    expect(nodeBytes.toText(chip.there.read(37, 0))).toBe(`head of the first file, 32 bytes${segmentMark}`);
    expect(journalOf(chip.there).open()).toMatchObject({ firmwareTrial: true, firmwareSlot: 1 });
    expect(journalOf(chip.here).open()).toMatchObject({ firmwareTrial: true, firmwareSlot: 1 });
    expect(notesOf(chip.there).open()).toBe("zone 2");
  });

  test("where it never went, all stays as it was", () => {
    const chip = segments();
    depart(chip);
    const home = comeHome(chip);
    expect([home.wasAway(), home.carried()]).toEqual([false, ""]);
    expect(chip.journal.current()).toMatchObject({ firmwareTrial: false, cameBack: true, app: 0 });
    expect(notesOf(chip.here).open()).toBe("zone 2");
  });

  test("without the mark the copy is none, whatever its journal says", () => {
    const chip = segments();
    depart(chip);
    journalOf(chip.there).open();
    chip.there.eraseBlock(0, 1);
    expect(comeHome(chip).wasAway()).toBe(false);
  });

  test.each([
    ["sent home with new firmware", Record.FirmwareEven, true],
    ["restarted home by somebody", Record.PowerOn, false],
  ])("%s: app and note come along, and user2 keeps no note", (_what, last, trial) => {
    const chip = segments();
    depart(chip);
    const theirs = journalOf(chip.there);
    theirs.open();
    chip.there.write(
      makeBundle({ ...bundle, name: "garden", version: "2.0.0", kind: 1 }),
      layout.app[1] * block,
    );
    for (const record of [Record.Confirm, Record.AppB, Record.Confirm, last]) theirs.append(record);
    const note = notesOf(chip.there);
    note.open();
    note.remember("zone 3");
    const home = comeHome(chip);
    expect([home.wasAway(), home.carried()]).toEqual([true, "garden@2.0.0"]);
    expect(chip.journal.current()).toMatchObject({ app: 1, appTrial: true, firmwareTrial: trial });
    expect(headerAt(chip.here, layout.app[1])?.version).toBe("2.0.0");
    expect(notesOf(chip.here).open()).toBe("zone 3");
    expect(notesOf(chip.there).open()).toBe("");
  });

  test("a bundle that is not whole there stays there", () => {
    const chip = segments();
    depart(chip);
    const theirs = journalOf(chip.there);
    theirs.open();
    const broken = makeBundle({ ...bundle, name: "garden", version: "2.0.0", kind: 1 });
    broken[700] ^= 1;
    chip.there.write(broken, layout.app[1] * block);
    for (const record of [Record.Confirm, Record.AppB, Record.Confirm]) theirs.append(record);
    const home = comeHome(chip);
    expect([home.wasAway(), home.carried()]).toEqual([true, ""]);
    expect(chip.journal.current()).toMatchObject({ app: 0, appTrial: false });
  });

  test("a chip that does not take what is written stops the departure before any journal says so", () => {
    const chip = segments();
    const sick: Flash = { ...chip.there, write: () => undefined };
    const mirror = new StorageMirror(nodeBytes, { here: chip.here, there: sick }, layout, journalOf);
    expect(mirror.advance(10, 10)?.text).toMatch(/Storage is not carried over/);
    expect(mirror.finish(chip.journal)?.text).toMatch(/Storage is not carried over/);
    expect(journalOf(chip.here).open()).toMatchObject({ firmwareTrial: false });
  });
});
