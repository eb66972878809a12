import { makeEbootCommand, sketchSize, updateStart } from "../../src/core/flash/eboot.js";
import {
  makeOtaEntry,
  nextOtaWrite,
  otaBootOrder,
  otaEntryLength,
  parseOtaEntry,
} from "../../src/core/flash/otadata.js";
import { parsePartitionTable, partitionTableLength } from "../../src/core/flash/partition-table.js";
import { ChipId } from "../../src/core/image/chips.js";
import { judgeImage } from "../../src/core/image/judge.js";
import { anyTarget, type ByteSource, type ImageTarget } from "../../src/core/image/source.js";
import { SluiceError } from "../../src/errors/sluice-error.js";
import { nodeImageTools } from "../../src/image/judge-file.js";
import { compilePartitionCsv } from "../../src/image/partition-csv.js";
import { encodePartitionTable } from "../../src/image/partition-tables.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { buildDevs } from "../../test/support/devs-image.js";
import {
  buildArduino,
  buildBundle,
  buildEsp32,
  buildEsp8266,
  buildFat,
  buildLittleFs,
  buildSpiffs,
  buildUser,
  gzip,
} from "../../test/support/images.js";
import { Feed, latin1, must, mustEqual, type Target } from "../target.js";

/** What a file is judged for. */
const targets: readonly ImageTarget[] = [
  anyTarget,
  { ...anyTarget, boot: "esp32", chip: ChipId.Esp32, flashSize: 0x400000, revision: 300, room: 0x180000 },
  {
    ...anyTarget,
    boot: "eboot",
    chip: ChipId.Esp8266,
    flashSize: 0x400000,
    room: 0x80000,
    inflatedRoom: 0x80000,
  },
  { ...anyTarget, boot: "esp32", inSlot: true },
];

/** Reads inside the file only. */
function guarded(input: Uint8Array): ByteSource {
  return {
    size: input.length,
    read: (offset, length) => {
      must(
        Number.isInteger(offset) && offset >= 0 && length >= 0 && offset + length <= input.length,
        `a read of ${length} bytes at ${offset} of ${input.length}`,
      );
      return input.slice(offset, offset + length);
    },
  };
}

/** Every kind of image, for every kind of board. */
const judge: Target = {
  name: "image-judge",
  most: 6000,
  words: [
    "SLUA",
    "DevS",
    "DCFG",
    "SluiceDS",
    "littlefs",
    "FAT",
    "\xe9",
    "\xea\x04",
    "\x1f\x8b\x08",
    "\xaa\x50",
    "\x10\0\0\0",
  ],
  seeds: () => [
    buildEsp8266(),
    buildEsp32(),
    buildEsp32({ chip: 5, hash: false }),
    buildArduino(64),
    buildUser({ iromLength: 64 }),
    buildBundle({ payload: Buffer.from("print(1)") }),
    buildDevs(),
    buildDevs({ sealed: true, utf8: [], buffers: [[0, 2]], floats: 1 }),
    gzip(buildEsp8266()),
    buildLittleFs(1),
    buildSpiffs(1),
    buildFat(4),
    encodePartitionTable(compilePartitionCsv("app,app,factory,,1M")).slice(0, 128),
  ],
  run: (input) => {
    for (const target of targets) {
      const found = judgeImage(nodeImageTools, guarded(input), target);
      must(found.fault === undefined || found.fault.code !== "", "a fault without a code");
      if (found.fault !== undefined || found.kind === "unknown") continue;
      must(found.imageLength <= input.length, "longer than the file");
      for (const { offset, length } of found.segments)
        must(offset + length <= input.length, "a segment beyond the file");
    }
  },
};

const csv = `# Name, Type, SubType, Offset, Size, Flags
nvs,data,nvs,0x9000,0x4000
otadata,data,ota,,8K
factory,app,factory,0x10000,1M
ota_0,app,ota_0,,1M,encrypted
fs,data,spiffs,,-4M,readonly
`;

/** The table on the chip. What was read soundly is printed to the same rows. */
const table: Target = {
  name: "flash-partition-table",
  most: 512,
  words: ["\xaa\x50\0\x10", "\xaa\x50\x01\0", "\xeb\xeb", "\xff".repeat(32), "otadata", "\0\0\x10\0"],
  seeds: () => [
    encodePartitionTable(compilePartitionCsv(csv)).slice(0, 256),
    Buffer.concat([encodePartitionTable(compilePartitionCsv(csv)).slice(0, 64), Buffer.alloc(32, 0xff)]),
  ],
  run: (input) => {
    const read = parsePartitionTable(nodeBytes, nodeCrypto, input, 0x400000);
    must(read.partitions.length <= input.length / 32, "more rows than there are");
    for (const { offset, size } of read.partitions)
      must(offset + size <= 0x400000, "a partition beyond the flash");
    // Names are bytes, which the printer takes for text.
    const isPlain = read.partitions.every(({ name }) => /^[\x20-\x7e]*$/.test(name));
    if (read.fault !== undefined || !isPlain || read.partitions.length * 32 + 64 > partitionTableLength)
      return;
    const again = parsePartitionTable(nodeBytes, nodeCrypto, encodePartitionTable(read.partitions), 0x400000);
    mustEqual(again, read, "the table reads otherwise");
  },
};

/** Espressif's CSV. Nothing is thrown but the documented error, and what was compiled is read as the same. */
const partitionCsv: Target = {
  name: "image-partition-csv",
  most: 1024,
  words: [
    ..."app data ota ota_0 factory nvs spiffs littlefs fat encrypted readonly 0x10000 64K 1M -4M".split(" "),
    ",",
    "\n",
    "#",
  ],
  seeds: () => [csv, "a,app,factory,,0x100000\n", "a,data,0x40,,4K\nb,data,nvs,,0x6000\n"],
  run: (input) => {
    const text = latin1(input);
    try {
      const partitions = compilePartitionCsv(text, (input.length & 1) * 0x400000);
      if (!/^[\n\r\t\x20-\x7e]*$/.test(text)) return;
      const encoded = encodePartitionTable(partitions);
      mustEqual(
        parsePartitionTable(nodeBytes, nodeCrypto, encoded, 0),
        { partitions, fault: undefined },
        "the boot loader reads another table",
      );
    } catch (error) {
      if (!(error instanceof SluiceError && error.code === "BAD_PARTITION_CSV")) throw error;
    }
  },
};

/** otadata with any content: the boot loader's order has each slot once, and what is written makes that slot the first. */
const otadata: Target = {
  name: "flash-otadata",
  most: 80,
  words: ["\xff\xff\xff\xff", "\x01\0\0\0", "\xfe\xff\xff\xff"],
  seeds: () =>
    [1, 2, 3, 1000].map((sequence) =>
      Uint8Array.of(
        sequence & 7,
        ...(makeOtaEntry(nodeBytes, nodeCrypto, sequence, 0xffffffff) as unknown as Uint8Array),
        ...(makeOtaEntry(nodeBytes, nodeCrypto, sequence + 1, 2) as unknown as Uint8Array),
      ),
    ),
  run: (input) => {
    const feed = new Feed(input);
    const kind = feed.byte();
    const slots = 1 + ((kind >> 1) & 3);
    const hasFactory = (kind & 1) === 1;
    const entries = [0, 1].map(() => {
      const entry = feed.take(otaEntryLength);
      const whole = new Uint8Array(otaEntryLength).fill(0xff);
      whole.set(entry);
      return parseOtaEntry(nodeBytes, whole);
    });
    // Nearly all sequences have a wrong CRC: then as if it were right.
    if ((kind & 64) === 64)
      for (let i = 0; i < 2; i++) {
        const state = entries[i].state;
        entries[i] = parseOtaEntry(
          nodeBytes,
          makeOtaEntry(nodeBytes, nodeCrypto, entries[i].sequence, state),
        );
      }
    const order = otaBootOrder(nodeBytes, nodeCrypto, entries, slots, hasFactory);
    must(new Set(order).size === order.length, `a slot twice: ${order.join(" ")}`);
    must(order.length === slots + (hasFactory ? 1 : 0), `not all slots: ${order.join(" ")}`);
    const wanted = (kind >> 3) % slots;
    // Numbers that are used up are the one documented error.
    if (entries.some(({ sequence }) => sequence + slots >= 0xffffffff)) return;
    const next = nextOtaWrite(nodeBytes, nodeCrypto, entries, wanted, slots);
    entries[next.sector] = parseOtaEntry(
      nodeBytes,
      makeOtaEntry(nodeBytes, nodeCrypto, next.sequence, 0xffffffff),
    );
    mustEqual(
      otaBootOrder(nodeBytes, nodeCrypto, entries, slots, hasFactory)[0],
      wanted,
      "another slot starts",
    );
  },
};

/** The running sketch's size, by headers that may be anything, and where the next one is staged. */
const eboot: Target = {
  name: "flash-eboot",
  most: 6000,
  words: ["\xe9\x02", "\xff\xff\xff\xff", "\0\x10\0\0"],
  seeds: () => [buildArduino(64)],
  run: (input) => {
    const size = sketchSize(nodeBytes, guarded(input));
    must(size === 0 || (size > 0x1000 && size <= input.length + 16), `a sketch of ${size} bytes`);
    const area = 0x100000;
    const wanted = input.length * 50;
    const start = updateStart(area, size, wanted);
    must(start === -1 || (start >= size && start + wanted <= area), `staged at ${start}`);
    const command = makeEbootCommand(nodeBytes, { action: 1, source: start, destination: 0, size: wanted });
    must(command.length === 128, "a command of another length");
  },
};

export const imageTargets: readonly Target[] = [judge, table, partitionCsv, otadata, eboot];
