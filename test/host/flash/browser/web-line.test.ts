import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { makeFlash } from "../../../../src/board/board-flash.js";
import { WebLine, type WebPort } from "../../../../src/host/flash/browser/web-line.js";
import { writeJob } from "../../../../src/host/flash/write-job.js";
import { filler } from "../../../support/images.js";
import { ModelLine } from "../../../support/model-line.js";
import { esp32 } from "../../../support/test-bundles.js";
import { webSerialOf } from "../../../support/web-serial.js";

/** The browser's side of the line, on Node's streams instead of a browser's port. */
const pieces = [0x10000, 0x30000].map((address, seed) => {
  const bytes = filler(30_000, seed + 1);
  return { address, bytes, md5: createHash("md5").update(bytes).digest("hex"), what: `part ${seed}` };
});
const job = { chip: "esp32", flashSize: 0x400000, pieces, erase: false, baud: 921600 } as const;

test.concurrent("the same writer over WebSerial's port", async () => {
  const flash = makeFlash(esp32);
  const model = new ModelLine({ chip: "esp32", flash });
  const result = await writeJob(new WebLine(webSerialOf(model) as WebPort), job);
  expect([result.written, model.isOpen]).toEqual([60_000, false]);
  for (const { address, bytes } of pieces)
    expect(Buffer.from(flash.read(address, bytes.length)).equals(Buffer.from(bytes))).toBe(true);
});

test.concurrent("the plug is pulled", async () => {
  const model = new ModelLine({ chip: "esp32", flash: makeFlash(esp32) });
  const written = writeJob(new WebLine(webSerialOf(model) as WebPort), job, {
    onEvent: (event) => event.event === "writing" && model.pullAfterMore(10_000),
  });
  await expect(written).rejects.toMatchObject({ code: "CABLE_LOST" });
});
