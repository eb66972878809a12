import { describe, expect, test } from "vitest";
import { makeFlash } from "../../../src/board/board-flash.js";
import { flashArea } from "../../../src/board/flash-area.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { Storage } from "../../../src/board/storage.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";
import { Journal, JournalRecord } from "../../../src/core/update/journal.js";
import { storeLayout } from "../../../src/core/update/store.js";
import { Tidy } from "../../../src/core/update/tidy.js";
import { storageImage } from "../../../src/espruino/provision.js";
import { findFirmware } from "../../../src/host/flash/firmware-package.js";
import type { FlashEvent } from "../../../src/host/flash/job.js";
import { flashPlan, planJob } from "../../../src/host/flash/plan.js";
import { recoveryNotes } from "../../../src/host/flash/prepare.js";
import { type Found, findKept, recoverBoard, wantsMore } from "../../../src/host/flash/recover.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { espruinoEsp32 } from "../../support/espruino-package.js";
import { filler } from "../../support/images.js";
import { ModelLine } from "../../support/model-line.js";
import { agentOf, esp32, provisionedChip, witness } from "../../support/test-bundles.js";

const { storage: area, store } = esp32.espruino ?? {
  storage: { offset: 0, size: 0 },
  store: { agentBlocks: 0, appBlocks: 0 },
};
const layout = storeLayout(esp32.blockLength, store.agentBlocks, store.appBlocks);
const address = (block: number): number => area.offset + block * esp32.blockLength;

/** A board that took version 2 over the air into slot b, remembers something, and has a file of its owner's. */
async function usedBoard(): Promise<NorFlash> {
  const flash = await provisionedChip({ app: await witness(), password: "admin" });
  flash.program(address(layout.app[1]), await witness("2.0.0"));
  const view = {
    status: () => ({ size: area.size, blockLength: 4096, blocks: area.size / 4096 }),
    read: (length: number, offset: number) => flash.read(area.offset + offset, length),
    write: (bytes: unknown, offset: number) =>
      flash.program(area.offset + offset, Buffer.from(nodeBytes.toText(bytes as Uint8Array), "latin1")),
    eraseBlock: (start: number) => flash.eraseBlockAt(address(start)),
  };
  const journal = new Journal(nodeBytes, nodeCrypto, view, layout.journal);
  journal.open();
  journal.append(JournalRecord.AppB);
  journal.append(JournalRecord.Confirm);
  flash.program(address(layout.notes), filler(100, 3));
  new Storage(flash, area.offset, area.size).write("beds.json", Buffer.from('{"tomatoes":3}'));
  return flash;
}

const readArea = (flash: NorFlash): Uint8Array => flash.read(area.offset, area.size);

async function recovered(flash: NorFlash, events: FlashEvent[] = []): Promise<Found[]> {
  const seen: Found[] = [];
  const firmware = findFirmware(esp32, new Map(Object.entries(espruinoEsp32())));
  const agent = await agentOf();
  const line = new ModelLine({ chip: "esp32", flash });
  await recoverBoard(
    line,
    esp32,
    115200,
    async (found) => {
      seen.push(found);
      const { app } = found;
      const storage = await storageImage(esp32, {
        agent,
        kept: found,
        ...(app === undefined ? {} : { app }),
      });
      return planJob(flashPlan(esp32, { firmware, storage, recover: true })).pieces;
    },
    { onEvent: (event) => events.push(event) },
  );
  return seen;
}

describe.concurrent("a board that does not boot", () => {
  test("boots again, with the application it had last, its notes, password and files", async () => {
    const flash = await usedBoard();
    const notes = Buffer.from(flash.read(address(layout.notes), 0x2000));
    const before = new Storage(flash, area.offset, area.size).read("sluice.cfg");
    // Boot loader, table, otadata and loader are garbage; NVS is not.
    for (const at of [0x1000, 0x8000, 0xc000]) flash.program(at, filler(0x800, at));
    flash.program(0x9000, filler(64, 1));
    flash.eraseBlockAt(address(layout.agent[0]));
    const events: FlashEvent[] = [];
    const [found] = await recovered(flash, events);
    expect(found.appName).toBe("witness 2.0.0");
    expect(recoveryNotes(found, {}).join("\n")).toMatch(
      /Kept: .*witness 2\.0\.0[\s\S]*beds\.json[\s\S]*Lost: /,
    );
    // Storage is read no further than its files reach.
    const read = events.flatMap((event) => (event.event === "reading" ? [event.done] : []));
    expect(read.at(-1)).toBeLessThan(area.size);
    expect(read.at(-1)).toBeGreaterThan(layout.blocks * 4096);
    expect(Buffer.from(flash.read(0x9000, 64)).equals(Buffer.from(filler(64, 1)))).toBe(true);
    expect(Buffer.from(flash.read(address(layout.notes), 0x2000)).equals(notes)).toBe(true);
    const after = new Storage(flash, area.offset, area.size);
    expect(after.read("sluice.cfg")).toEqual(before);
    expect(Buffer.from(after.read("beds.json") ?? "").toString()).toBe('{"tomatoes":3}');

    const virtual = new VirtualBoard({ board: esp32, flash, speed: 20 });
    try {
      await virtual.start();
      const ready = await virtual.waitFor("ready", 20_000, 0);
      expect(ready).toMatchObject({ app: "witness@2.0.0", slot: "a" });
    } finally {
      await virtual.stop();
    }
  });

  test("where nothing is Sluice's, nothing is written", async () => {
    const flash = makeFlash(esp32);
    flash.program(area.offset, filler(5000));
    const { operations } = flash;
    await expect(recovered(flash)).rejects.toMatchObject({ code: "NOTHING_TO_KEEP" });
    expect(flash.operations).toBe(operations);
  });
});

describe("what is kept of Storage", () => {
  test("the application of the other slot, when the last one is damaged; none when both are", async () => {
    const flash = await usedBoard();
    flash.program(address(layout.app[1]) + 400, new Uint8Array(8));
    expect(findKept(readArea(flash), esp32).appName).toBe("witness 1.0.0");
    flash.program(address(layout.app[0]) + 400, new Uint8Array(8));
    const found = findKept(readArea(flash), esp32);
    expect([found.app, found.appName]).toEqual([undefined, ""]);
    expect(recoveryNotes(found, {})[0]).toMatch(/^Lost: the application/);
  });

  test("a deleted file is not", async () => {
    const flash = await usedBoard();
    new Storage(flash, area.offset, area.size).erase("beds.json");
    expect(findKept(readArea(flash), esp32).files.map(({ name }) => name)).toEqual(["sluice.cfg"]);
  });

  test("files that a power cut caught while they were tidied are, from the copy in the slot", async () => {
    const flash = await usedBoard();
    const { operations } = flash;
    const view = flashArea(flash, area.offset, area.size);
    const tidy = new Tidy(nodeBytes, nodeCrypto, view, view, layout);
    tidy.begin(1, 0, "", () => undefined);
    const begun = flash.operations;
    // The fourth operation of what follows: the files are nowhere else by then.
    flash.cutAt(begun + 3, { mode: "complete" });
    expect(() => tidy.finish()).toThrow();
    expect(begun).toBeGreaterThan(operations);
    const names = findKept(readArea(flash), esp32).files.map(({ name }) => name);
    expect(names).toEqual(["sluice.cfg", "beds.json"]);
  });

  test("it is read piece by piece until its files end", async () => {
    const whole = readArea(await usedBoard());
    let wanted: number | undefined = 64;
    for (let rounds = 0; wanted !== undefined && rounds < 20; rounds++)
      wanted = wantsMore(whole.subarray(0, wanted), esp32) ?? undefined;
    expect(wanted).toBeUndefined();
    expect(wantsMore(whole.subarray(0, 64), esp32)).toBe(layout.blocks * 4096);
  });
});
