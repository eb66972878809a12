import { createHash } from "node:crypto";
import { constants, inflateSync } from "node:zlib";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import type { ChipFacts } from "./rom-chip.js";

/** Second byte of the status when a command is refused. */
const enum Refusal {
  InvalidMessage = 0x05,
  Failed = 0x06,
  BadChecksum = 0x07,
  FlashWrite = 0x08,
  FlashRead = 0x09,
}

class Refused extends Error {
  constructor(readonly why: Refusal) {
    super();
  }
}

/** Throws unless `holds`. */
function need(holds: boolean, why: Refusal): void {
  if (!holds) throw new Refused(why);
}

/** What a command sends back: a word, data, and what happens after that. */
interface Answer {
  readonly value?: number | undefined;
  readonly data?: Uint8Array;
  readonly after?: () => void;
}

/** Gets the command's data, a word of it by number, and the checksum in its head. */
type Command = (word: (index: number) => number, data: Buffer, checksum: number) => Answer | undefined;

/** What the loader needs from the board around it. */
interface RomLoaderHost {
  /** Sends one packet to the tool. */
  readonly send: (packet: Uint8Array) => void;
  /** From the next byte on. */
  readonly setBaudRate: (baud: number) => void;
  /** Leaves the loader and starts what is in flash. */
  readonly runFlash: () => void;
}

/** Address of the word by which chips without a chip id are distinguished. */
const magicAddress = 0x40001000;
/** In the SPI controller's command register: carry out the command in its second user register. */
const userCommand = 1 << 18;
const readId = 0x9f;
/** Never zero, by which tools distinguish the ROM from the stub. */
const romSyncValue = 0x20120707;
/** The ROM answers SYNC, and refuses an unknown command, this often; the stub once. */
const romRepeats = 8;

/**
 * The serial boot loader in a chip's ROM ("Serial Protocol" in the vendor's esptool documentation), and, once a stub was
 * loaded into RAM and started, the vendor's stub. The stub's code is not executed: the model answers for it.
 */
export class RomLoader {
  /** True once the stub runs. */
  stubRuns = false;
  /** The chip's registers: what is written is read back, the rest reads 0. */
  readonly #registers: Map<number, number>;
  /** Takes the packets that the last MEM_BEGIN or FLASH_BEGIN announced; the next must have this number. */
  #take: (bytes: Buffer) => void = () => undefined;
  #next = 0;
  #packets = 0;
  /** Bytes of the program for RAM that are still to come. The model keeps no RAM. */
  #ramLeft = 0;
  /** Goes on with READ_FLASH when the tool has so many bytes. */
  #reading: ((got: number) => void) | undefined;

  constructor(
    private readonly chip: ChipFacts,
    private readonly flash: NorFlash,
    private readonly host: RomLoaderHost,
  ) {
    this.#registers = new Map([[magicAddress, chip.magic]]);
    const { chipId } = chip;
    // GET_SECURITY_INFO
    if (chipId !== undefined) this.#rom.set(0x14, () => ({ data: Buffer.alloc(20).fill(chipId, 12, 13) }));
  }

  receive(packet: Uint8Array): void {
    const bytes = Buffer.from(packet);
    if (this.#reading !== undefined && bytes.length === 4) this.#reading(bytes.readUInt32LE(0));
    // A request: direction 0, command, length of the data, checksum, data. Anything else is noise.
    if (bytes.length < 8 || bytes[0] !== 0 || bytes.readUInt16LE(2) !== bytes.length - 8) return;
    const data = bytes.subarray(8);
    const code = bytes[1];
    const command = this.#rom.get(code) ?? (this.stubRuns ? this.#stub.get(code) : undefined);
    const times = this.stubRuns ? 1 : romRepeats;
    if (command === undefined) {
      for (let i = 0; i < times; i++) this.#respond(0, {}, [1, Refusal.InvalidMessage]);
      return;
    }
    try {
      const answer = command((index) => data.readUInt32LE(4 * index), data, bytes.readUInt32LE(4));
      if (answer === undefined) return;
      for (let i = 0; i < (code === 0x08 ? times : 1); i++) this.#respond(code, answer, [0, 0]);
      answer.after?.();
    } catch (error) {
      // A RangeError: data shorter than the command's fields.
      if (!(error instanceof Refused || error instanceof RangeError)) throw error;
      this.#respond(code, {}, [1, error instanceof Refused ? error.why : Refusal.InvalidMessage]);
    }
  }

  /** @param status the ROM's has two bytes more */
  #respond(code: number, { value = 0, data = new Uint8Array(0) }: Answer, status: readonly number[]): void {
    const end = Buffer.from(this.stubRuns ? status : [...status, 0, 0]);
    const head = Buffer.alloc(8);
    head.set([1, code]);
    head.writeUInt16LE(data.length + end.length, 2);
    head.writeUInt32LE(value >>> 0, 4);
    this.host.send(Buffer.concat([head, data, end]));
  }

  /** Commands that ROM and stub know. */
  readonly #rom = new Map<number, Command>([
    // FLASH_BEGIN, FLASH_DATA, FLASH_END
    [0x02, (word) => this.#beginWrite(word, false)],
    [0x03, (...packet) => this.#packet(...packet)],
    [0x04, (word) => this.#leave(word(0) === 0)],
    // MEM_BEGIN, MEM_END, MEM_DATA
    [0x05, (word) => this.#beginRam(word(0), word(1))],
    [0x06, (word) => this.#endRam(word(0) === 0)],
    [0x07, (...packet) => this.#packet(...packet)],
    // SYNC
    [0x08, () => ({ value: this.stubRuns ? 0 : romSyncValue })],
    // WRITE_REG, READ_REG
    [0x09, (word) => this.#writeRegister(word(0), word(1), word(2))],
    [0x0a, (word) => ({ value: this.#registers.get(word(0)) })],
    // SPI_SET_PARAMS, SPI_ATTACH
    [0x0b, () => ({})],
    [0x0d, () => ({})],
    // CHANGE_BAUDRATE
    [0x0f, (word) => this.#changeBaud(word(0))],
    // FLASH_DEFL_BEGIN, FLASH_DEFL_DATA, FLASH_DEFL_END
    [0x10, (word) => this.#beginWrite(word, true)],
    [0x11, (...packet) => this.#packet(...packet)],
    [0x12, (word) => this.#leave(word(0) === 0)],
    // SPI_FLASH_MD5
    [0x13, (word) => this.#hash(word(0), word(1))],
  ]);

  /** Commands of the stub only. */
  readonly #stub = new Map<number, Command>([
    // ERASE_FLASH, ERASE_REGION, READ_FLASH, RUN_USER_CODE
    [0xd0, () => this.#erase(0, this.flash.size)],
    [0xd1, (word) => this.#erase(word(0), word(1))],
    [0xd2, (word) => this.#read(word(0), word(1), word(2), word(3))],
    [0xd3, () => void this.host.runFlash()],
  ]);

  #leave(leaves: boolean): Answer {
    return leaves ? { after: this.host.runFlash } : {};
  }

  #changeBaud(baud: number): Answer {
    return { after: () => this.host.setBaudRate(baud) };
  }

  #beginRam(size: number, packets: number): Answer {
    this.#ramLeft = size;
    return this.#expect(packets, (bytes) => {
      need(bytes.length <= this.#ramLeft, Refusal.Failed);
      this.#ramLeft -= bytes.length;
    });
  }

  /** @param jumps to the entry point instead of staying in the loader; what tools load there is the stub */
  #endRam(jumps: boolean): Answer {
    need(this.#ramLeft === 0 && this.#next > 0, Refusal.Failed);
    if (!jumps) return {};
    return {
      after: () => {
        this.stubRuns = true;
        this.host.send(Buffer.from("OHAI"));
      },
    };
  }

  /** The ROM answers with letters. */
  #hash(address: number, size: number): Answer {
    need(address + size <= this.flash.end, Refusal.FlashRead);
    const md5 = createHash("md5").update(this.flash.read(address, size));
    return { data: this.stubRuns ? md5.digest() : Buffer.from(md5.digest("hex")) };
  }

  /** The SPI controller's command register acts: with it a tool requests the flash chip's id. */
  #writeRegister(address: number, value: number, mask: number): Answer {
    const { base, user2, data } = this.chip.spi;
    const read = (at: number): number => this.#registers.get(at) ?? 0;
    if (address !== base) this.#registers.set(address, ((read(address) & ~mask) | (value & mask)) >>> 0);
    // Done at once: the command bit never reads set. Winbond W25Q: EF 40 and log2 of the size.
    else if ((value & userCommand) !== 0 && (read(base + user2) & 0xff) === readId)
      this.#registers.set(base + data, 0x40ef | (Math.log2(this.flash.size) << 16));
    return {};
  }

  #expect(packets: number, take: (bytes: Buffer) => void): Answer {
    this.#packets = packets;
    this.#next = 0;
    this.#take = take;
    return {};
  }

  /** Data packets: u32 length, u32 sequence, 8 bytes of nothing, the data. One that was taken before is no harm. */
  #packet(word: (index: number) => number, data: Buffer, checksum: number): Answer {
    const bytes = data.subarray(16);
    const sequence = word(1);
    need(word(0) === bytes.length, Refusal.InvalidMessage);
    need(bytes.reduce((sum, byte) => sum ^ byte, 0xef) === (checksum & 0xff), Refusal.BadChecksum);
    if (sequence === this.#next - 1) return {};
    need(sequence === this.#next && sequence < this.#packets, Refusal.Failed);
    this.#take(bytes);
    this.#next++;
    return {};
  }

  #beginWrite(word: (index: number) => number, deflated: boolean): Answer {
    const [size, packets, offset] = [word(0), word(1), word(3)];
    // The ROM receives the size in whole packets, so the end may exceed the chip's by less than one.
    const room = Math.min(size, this.flash.end - offset);
    this.#checkArea(offset, this.stubRuns ? size : room);
    // The ROM erases all at once, the stub block by block.
    let erasedTo = this.stubRuns ? offset : this.#eraseBlocks(offset, offset + room);
    let at = offset;
    let packed = Buffer.alloc(0);
    const program = (bytes: Uint8Array): void => {
      erasedTo = this.#eraseBlocks(erasedTo, at + bytes.length);
      this.flash.program(at, bytes);
      at += bytes.length;
    };
    return this.#expect(packets, (bytes) => {
      if (!deflated) return program(bytes.subarray(0, Math.max(0, offset + room - at)));
      const all = Buffer.concat([packed, bytes]);
      const plain = inflated(all);
      need(plain.length <= room, Refusal.Failed);
      packed = all;
      program(plain.subarray(at - offset));
    });
  }

  #erase(start: number, size: number): Answer {
    this.#checkArea(start, size);
    this.#eraseBlocks(start, start + size);
    return {};
  }

  #checkArea(offset: number, size: number): void {
    const { blockLength, end } = this.flash;
    need(offset % blockLength === 0 && offset + size <= end, Refusal.FlashWrite);
  }

  /** @returns where the first block begins that was left alone */
  #eraseBlocks(start: number, end: number): number {
    let at = start;
    for (; at < end; at += this.flash.blockLength)
      if (!this.flash.isBlank(at, this.flash.blockLength)) this.flash.eraseBlockAt(at);
    return at;
  }

  /** Blocks, `flying` of them unacknowledged at most, then the MD5 of all. */
  #read(address: number, size: number, block: number, flying: number): Answer {
    need(address + size <= this.flash.end && block > 0, Refusal.FlashRead);
    const content = this.flash.read(address, size);
    let sent = 0;
    const goOn = (got: number): void => {
      for (; sent < size && sent - got < block * Math.max(1, flying); sent += block)
        this.host.send(content.subarray(sent, sent + block));
      if (got < size) return;
      this.#reading = undefined;
      this.host.send(createHash("md5").update(content).digest());
    };
    this.#reading = goOn;
    return { after: () => goOn(0) };
  }
}

/** As much as can be inflated of a stream of which the end may be missing. */
function inflated(data: Uint8Array): Buffer {
  try {
    return inflateSync(data, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    throw new Refused(Refusal.Failed);
  }
}
