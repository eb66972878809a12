/** A file that people hand in for an image: what it is, and what to send instead. */
export interface OtherFile {
  readonly title: string;
  readonly instead: string;
}

const espMagic = 0xe9;
const startsWith = (data: Uint8Array, text: string, at = 0): boolean =>
  Buffer.from(data.subarray(at, at + text.length)).toString("latin1") === text;

interface Rule extends OtherFile {
  readonly fits: (data: Uint8Array) => boolean;
}

const rules: readonly Rule[] = [
  {
    title: "an ELF file, as the linker makes it",
    instead: "send the .bin that the build made beside it",
    fits: (data) => startsWith(data, "\x7fELF"),
  },
  {
    title: "a UF2 file, for a board's USB drive",
    instead: "send the application's .bin",
    fits: (data) => startsWith(data, "UF2\n"),
  },
  {
    title: "an Intel HEX file",
    instead: "send the .bin",
    fits: (data) => /^:[0-9A-F]{10}/.test(Buffer.from(data.subarray(0, 11)).toString("latin1")),
  },
  {
    title: "a zip archive",
    instead: "unpack it, and send the application's .bin; Espruino's own package is taken with --board",
    fits: (data) => startsWith(data, "PK\x03\x04"),
  },
  {
    title: "a web page: a download that ended at a log-in or an error page",
    instead: "download the file itself",
    fits: (data) =>
      /^\s*<(?:!doctype|html|\?xml)/i.test(Buffer.from(data.subarray(0, 64)).toString("latin1")),
  },
  {
    title: "source code or another text",
    instead: "send what the build made of it",
    fits: (data) =>
      data.length > 0 &&
      !data
        .subarray(0, 512)
        .some((byte) => byte === 0 || (byte < 32 && !/\s/.test(String.fromCharCode(byte)))),
  },
  {
    title: "boot_app0.bin, which chooses the slot that starts",
    instead: "it is written by cable; send the application's .bin",
    fits: (data) =>
      data.length === 0x2000 &&
      startsWith(data, "\x01\0\0\0") &&
      data.subarray(32, 4096).every((byte) => byte === 0xff),
  },
];

/** What the file is, where it is no image but of a known kind; undefined for what is unknown. */
export function otherFile(data: Uint8Array): OtherFile | undefined {
  return mergedImage(data) ?? rules.find(({ fits }) => fits(data));
}

/** Where images of a chip's family have the boot loader (esptool, targets/*.py). */
const loaderOffsets = [0, 0x1000, 0x2000];
const tableOffset = 0x8000;
const iromOffset = 0x10000;

/** A whole flash in one file: boot loader, partition table, application; or an ESP8266's loader and irom. */
function mergedImage(data: Uint8Array): OtherFile | undefined {
  const loader = loaderOffsets.find((at) => data[at] === espMagic);
  if (loader === undefined || data.length <= iromOffset) return undefined;
  // The first application of the table: AA 50, type 0, subtype, u32 offset, u32 size.
  if (data[tableOffset] === 0xaa && data[tableOffset + 1] === 0x50) {
    for (let at = tableOffset; data[at] === 0xaa && data[at + 1] === 0x50; at += 32) {
      if (data[at + 2] !== 0) continue;
      const offset = Buffer.from(data.subarray(at + 4, at + 8)).readUInt32LE();
      return {
        title: "a merged image for the cable: boot loader, partition table and application",
        instead: `send the application alone: it lies at 0x${offset.toString(16)}`,
      };
    }
  }
  const isEsp8266 = loader === 0 && [0x3f, 0x40].includes(data[11] ?? 0);
  const gap = data.subarray(iromOffset - 16, iromOffset);
  if (!isEsp8266 || !gap.every((byte) => byte === 0xff || byte === 0)) return undefined;
  return {
    title: "a whole flash of an ESP8266 for the cable: the code that runs from flash lies at 0x10000",
    instead: "it is written by cable; over the air only the parts go that its own updater takes",
  };
}
