import { createHash } from "node:crypto";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { FlashWriter } from "./flash-writer.js";
import { type ChipFacts, Registers } from "./rom-chip.js";
import { dataChecksum, parseRequest, Refusal, type Request, RomCommand, response } from "./rom-commands.js";

/** A program on its way into RAM, as MEM_BEGIN announced it. The model keeps no RAM: it checks that all of it came. */
export class RamLoader {
  #received = 0;
  #next = 0;
  #size = 0;

  begin(size: number): void {
    this.#size = size;
    this.#received = 0;
    this.#next = 0;
  }

  /** @returns false when the packet is not the next one, or is too much */
  take(sequence: number, data: Uint8Array): boolean {
    if (sequence !== this.#next || this.#received + data.length > this.#size) return false;
    this.#next++;
    this.#received += data.length;
    return true;
  }

  /** Whether nothing of the last program is missing. */
  get whole(): boolean {
    return this.#size > 0 && this.#received === this.#size;
  }
}

/** READ_FLASH of the stub: blocks, as many as may be unacknowledged, then the MD5 of all. */
export class FlashReader {
  #sent = 0;
  /** True once the hash has been sent. */
  done = false;

  /**
   * @param block bytes of a packet
   * @param flying packets that may be on their way
   */
  constructor(
    private readonly content: Uint8Array,
    private readonly block: number,
    private readonly flying: number,
    private readonly send: (packet: Uint8Array) => void,
  ) {
    this.acknowledged(0);
  }

  /** @param count bytes that the tool has got */
  acknowledged(count: number): void {
    while (this.#sent < this.content.length && this.#sent - count < this.block * Math.max(1, this.flying)) {
      this.send(this.content.subarray(this.#sent, this.#sent + this.block));
      this.#sent = Math.min(this.#sent + this.block, this.content.length);
    }
    if (count < this.content.length || this.done) return;
    this.done = true;
    this.send(createHash("md5").update(this.content).digest());
  }
}

/** What the loader needs from the board around it. */
export interface RomLoaderHost {
  /** Sends one packet to the tool. */
  readonly send: (packet: Uint8Array) => void;
  /** From the next byte on. */
  readonly setBaudRate: (baud: number) => void;
  /** Leaves the loader and starts what is in flash. */
  readonly runFlash: () => void;
}

/** Never zero, by which tools distinguish the ROM from the stub. */
const romSyncValue = 0x20120707;
/** An answer to SYNC, and a refusal of an unknown command, come this often. */
const romRepeats = 8;
/** Bytes of status in the ROM's answers; the stub's have two. */
const romStatusLength = 4;

/**
 * The serial boot loader in a chip's ROM, and, once a stub was loaded into RAM and started, the vendor's stub. The stub's
 * code is not executed: the model answers for it.
 */
export class RomLoader {
  readonly #registers: Registers;
  readonly #ram = new RamLoader();
  /** True once the stub runs. */
  stubRuns = false;
  #writer: FlashWriter | undefined;
  #reader: FlashReader | undefined;

  constructor(
    private readonly chip: ChipFacts,
    private readonly flash: NorFlash,
    private readonly host: RomLoaderHost,
  ) {
    this.#registers = new Registers(chip, flash.size);
  }

  receive(packet: Uint8Array): void {
    if (this.#reader !== undefined && packet.length === 4) {
      this.#reader.acknowledged(Buffer.from(packet).readUInt32LE(0));
      if (this.#reader.done) this.#reader = undefined;
      return;
    }
    const request = parseRequest(packet);
    if (request === undefined) return;
    try {
      this.#perform(request);
    } catch (error) {
      // Data shorter than the command's fields.
      if (!(error instanceof RangeError)) throw error;
      this.#refuse(request, Refusal.InvalidMessage);
    }
  }

  #perform(request: Request): void {
    const { command, data } = request;
    switch (command) {
      case RomCommand.Sync:
        for (let i = 0; i < (this.stubRuns ? 1 : romRepeats); i++)
          this.#answer(request, this.stubRuns ? 0 : romSyncValue);
        return;
      case RomCommand.ReadReg:
        this.#answer(request, this.#registers.read(data.readUInt32LE(0)));
        return;
      case RomCommand.WriteReg:
        this.#registers.write(data.readUInt32LE(0), data.readUInt32LE(4), data.readUInt32LE(8));
        this.#answer(request);
        return;
      case RomCommand.MemBegin:
        this.#ram.begin(data.readUInt32LE(0));
        this.#answer(request);
        return;
      case RomCommand.MemData:
        this.#takeData(request, (sequence, bytes) => this.#ram.take(sequence, bytes));
        return;
      case RomCommand.MemEnd:
        this.#startRam(request);
        return;
      case RomCommand.FlashBegin:
      case RomCommand.FlashDeflBegin:
        this.#begin(request, command === RomCommand.FlashDeflBegin);
        return;
      case RomCommand.FlashData:
      case RomCommand.FlashDeflData:
        this.#takeData(request, (sequence, bytes) => this.#writer?.take(sequence, bytes) ?? false);
        return;
      case RomCommand.FlashEnd:
      case RomCommand.FlashDeflEnd:
        this.#endWrite(request);
        return;
      case RomCommand.SpiAttach:
      case RomCommand.SpiSetParams:
        this.#answer(request);
        return;
      case RomCommand.ChangeBaudrate:
        this.#answer(request);
        this.host.setBaudRate(data.readUInt32LE(0));
        return;
      case RomCommand.SpiFlashMd5:
        this.#hash(request);
        return;
      case RomCommand.GetSecurityInfo:
        if (this.chip.chipId === undefined) this.#unknown();
        else this.#security(request, this.chip.chipId);
        return;
      default:
        if (this.stubRuns) this.#performOfStub(request);
        else this.#unknown();
    }
  }

  #performOfStub(request: Request): void {
    const { command, data } = request;
    if (command === RomCommand.EraseFlash) this.#erase(request, 0, this.flash.size);
    else if (command === RomCommand.EraseRegion)
      this.#erase(request, data.readUInt32LE(0), data.readUInt32LE(4));
    else if (command === RomCommand.ReadFlash) this.#read(request);
    else if (command === RomCommand.RunUserCode) this.host.runFlash();
    else this.#unknown();
  }

  #respond(command: number, value: number, data: Uint8Array, status: readonly number[]): void {
    const bytes = new Uint8Array(this.stubRuns ? 2 : romStatusLength);
    bytes.set(status);
    this.host.send(response(command, value, data, bytes));
  }

  #answer(request: Request, value = 0, data: Uint8Array = new Uint8Array(0)): void {
    this.#respond(request.command, value, data, []);
  }

  #refuse(request: Request, why: Refusal): void {
    this.#respond(request.command, 0, new Uint8Array(0), [1, why]);
  }

  #unknown(): void {
    for (let i = 0; i < (this.stubRuns ? 1 : romRepeats); i++)
      this.#respond(0, 0, new Uint8Array(0), [1, Refusal.InvalidMessage]);
  }

  /** Data packets: u32 length, u32 sequence, 8 bytes of nothing, the data. */
  #takeData(request: Request, take: (sequence: number, bytes: Buffer) => boolean): void {
    const bytes = request.data.subarray(16);
    if (request.data.readUInt32LE(0) !== bytes.length) this.#refuse(request, Refusal.InvalidMessage);
    else if (dataChecksum(bytes) !== (request.checksum & 0xff)) this.#refuse(request, Refusal.BadChecksum);
    else if (take(request.data.readUInt32LE(4), bytes)) this.#answer(request);
    else this.#refuse(request, Refusal.Failed);
  }

  #startRam(request: Request): void {
    if (!this.#ram.whole) {
      this.#refuse(request, Refusal.Failed);
      return;
    }
    this.#answer(request);
    // 1: stay in the loader. Otherwise jump to the entry point, and what tools load there is the stub.
    if (request.data.readUInt32LE(0) !== 0) return;
    this.stubRuns = true;
    this.host.send(Buffer.from("OHAI"));
  }

  #begin(request: Request, deflated: boolean): void {
    const [size, packets, , offset] = [0, 4, 8, 12].map((at) => request.data.readUInt32LE(at));
    // The ROM receives the size in whole packets, so the end may exceed the chip's by less than one.
    const room = Math.min(size, this.flash.end - offset);
    if (!FlashWriter.fits(this.flash, offset, this.stubRuns ? size : room)) {
      this.#refuse(request, Refusal.FlashWrite);
      return;
    }
    this.#writer = new FlashWriter(this.flash, offset, room, packets, deflated, !this.stubRuns);
    this.#answer(request);
  }

  #endWrite(request: Request): void {
    this.#writer = undefined;
    this.#answer(request);
    if (request.data.readUInt32LE(0) === 0) this.host.runFlash();
  }

  #hash(request: Request): void {
    const [address, size] = [request.data.readUInt32LE(0), request.data.readUInt32LE(4)];
    if (address + size > this.flash.end) {
      this.#refuse(request, Refusal.FlashRead);
      return;
    }
    const md5 = createHash("md5").update(this.flash.read(address, size));
    this.#answer(request, 0, this.stubRuns ? md5.digest() : Buffer.from(md5.digest("hex")));
  }

  #security(request: Request, chipId: number): void {
    const info = Buffer.alloc(20);
    info.writeUInt32LE(chipId, 12);
    this.#answer(request, 0, info);
  }

  #erase(request: Request, start: number, size: number): void {
    if (!FlashWriter.fits(this.flash, start, size)) {
      this.#refuse(request, Refusal.FlashWrite);
      return;
    }
    for (let at = start; at < start + size; at += this.flash.blockLength)
      if (!this.flash.isBlank(at, this.flash.blockLength)) this.flash.eraseBlockAt(at);
    this.#answer(request);
  }

  #read(request: Request): void {
    const [address, size, block, flying] = [0, 4, 8, 12].map((at) => request.data.readUInt32LE(at));
    if (address + size > this.flash.end || block === 0) {
      this.#refuse(request, Refusal.FlashRead);
      return;
    }
    this.#answer(request);
    this.#reader = new FlashReader(this.flash.read(address, size), block, flying, this.host.send);
  }
}
