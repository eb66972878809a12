import { expect, test } from "vitest";
import { makeFlash } from "../../src/board/board-flash.js";
import { chipImage } from "../../src/espruino/provision.js";
import { GardenBoard } from "../support/garden-board.js";
import { buildEsp32, esp32OfSize } from "../support/images.js";
import { agentOf, boardNamed } from "../support/test-bundles.js";

const password = "tulips";
const chipId = 5;
/** Espruino's IDF 5.5 build for the C3, as large as it is. */
const own = (version: string) =>
  esp32OfSize(chipId, boardNamed("esp32c3-devkit").espruino?.firmwareSize ?? 0, version);

async function withC3(
  id: string,
  firmware: Uint8Array,
  use: (board: GardenBoard) => Promise<void>,
): Promise<void> {
  const kind = boardNamed(id);
  const content = await chipImage(kind, { agent: await agentOf(kind), password, firmware });
  const board = await GardenBoard.start({ board: kind, flash: makeFlash(kind, content), password });
  try {
    await board.ready();
    await board.settled();
    await use(board);
  } finally {
    await board.virtual.stop();
  }
}

test.concurrent("a C3 with 8 MB takes Espruino's own build into the slot behind Storage", () =>
  withC3("esp32c3-8mb-ota", own("2.29"), async (board) => {
    const from = board.events.length;
    const image = own("2.30");
    await board.upload(image);
    await board.ready(from);
    expect(board.all("firmware", from)[0]).toMatchObject({ slot: "ota_0", version: "2.30" });
    expect(image.equals(board.flash.read(0x400000, image.length))).toBe(true);
    await board.wait("confirmed", {}, from);
  }));

test.concurrent("a C3 with two slots of 1,536 KB refuses it before anything is erased, and takes a smaller one", () =>
  withC3("esp32c3-ota", buildEsp32({ chip: chipId }), async (board) => {
    const operations = board.flash.operations;
    expect((await board.refused(own("2.30"))).code).toBe("NOT_ENOUGH_SPACE");
    expect(board.flash.operations).toBe(operations);
    await board.update(buildEsp32({ chip: chipId, version: "2.30" }));
  }));

test.concurrent("a C3 with Espruino's stock table takes no firmware, and stays as it is", () =>
  withC3("esp32c3-devkit", own("2.29"), async (board) => {
    const operations = board.flash.operations;
    expect((await board.refused(own("2.30"))).code).toBe("NOT_ENOUGH_SPACE");
    expect((await board.refused(buildEsp32({ chip: chipId }))).code).toBe("BAD_MAGIC_BYTE");
    expect(board.flash.operations).toBe(operations);
  }));
