import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { buildEsp32, filler } from "./images.js";

/** Files as Espruino's packages name them, with images that boot loaders take and no engine in them. */
export type PackageFiles = Readonly<Record<string, Uint8Array>>;

export function espruinoEsp32(folder = "espruino_2v29_esp32"): PackageFiles {
  return {
    [`${folder}/bootloader.bin`]: esp32BootLoader(0),
    [`${folder}/espruino_esp32.bin`]: buildEsp32({ dromLength: 150_000, project: "espruino" }),
    [`${folder}/partitions_espruino.bin`]: filler(3072, 3),
    [`${folder}/README_flash.txt`]: Buffer.from("How to flash\n"),
  };
}

export function espruinoC3(folder = "espruino_2v29_esp32c3"): PackageFiles {
  return {
    [`${folder}/bootloader.bin`]: esp32BootLoader(5),
    [`${folder}/espruino-esp32c3.bin`]: buildEsp32({ chip: 5, dromLength: 3000 }),
    [`${folder}/partition-table.bin`]: filler(3072, 5),
  };
}

/** IRAM only, as second stages are. */
export function esp32BootLoader(chip: number, sizeCode = 2): Buffer {
  const address = chip === 0 ? 0x40080000 : chip === 5 ? 0x403ce000 : 0x403cd000;
  return buildEsp32({
    chip,
    sizeCode,
    segments: [{ address, data: filler(9000, 31 + chip) }],
    entry: address + 16,
  });
}

export function tgz(files: PackageFiles): Buffer {
  const parts: Buffer[] = [];
  for (const [path, data] of Object.entries(files)) {
    const head = Buffer.alloc(512);
    head.write(path, 0);
    head.write("0000644\0", 100);
    head.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124);
    head.write("        ", 148);
    head.write("0", 156);
    head.write("ustar\x0000", 257);
    const sum = head.reduce((all, byte) => all + byte, 0);
    head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    parts.push(head, Buffer.from(data), Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** Deflated, or stored where that does not help. */
export function zip(files: PackageFiles): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [path, data] of Object.entries(files)) {
    const packed = deflateRawSync(data);
    const stored = packed.length >= data.length;
    const body = stored ? Buffer.from(data) : packed;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(path.length, 22);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), common, central, Buffer.from(path)]),
    );
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(path), body]);
    parts.push(local);
    at += local.length;
  }
  const all = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(all.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, all, end]);
}
