import { createHash } from "node:crypto";
import type { NorFlash } from "../nor-flash.js";
import type { ChipFacts } from "./chip-facts.js";
import { Command, dataChecksum, parseRequest, Refusal, type Request, response } from "./commands.js";
import { FlashReader } from "./flash-reader.js";
import { FlashWriter } from "./flash-writer.js";
import { RamLoader } from "./ram-loader.js";
import { Registers } from "./registers.js";

/** What the loader asks of the board around it. */
export interface RomLoaderHost {
  /** Sends one packet to the tool. */
  readonly send: (packet: Uint8Array) => void;
  /** From the next byte on. */
  readonly setBaudRate: (baud: number) => void;
  /** Leaves the loader and starts what is in flash. */
  readonly runFlash: () => void;
}

/** Never zero, by which tools tell the ROM from the stub. */
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
  #stub = false;
  #writer: FlashWriter | undefined;
  #reader: FlashReader | undefined;

  constructor(
    private readonly chip: ChipFacts,
    private readonly flash: NorFlash,
    private readonly host: RomLoaderHost,
  ) {
    this.#registers = new Registers(chip, flash.size);
  }

  /** True once the stub runs. */
  get stubRuns(): boolean {
    return this.#stub;
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
      case Command.Sync:
        for (let i = 0; i < (this.#stub ? 1 : romRepeats); i++)
          this.#answer(request, this.#stub ? 0 : romSyncValue);
        return;
      case Command.ReadReg:
        this.#answer(request, this.#registers.read(data.readUInt32LE(0)));
        return;
      case Command.WriteReg:
        this.#registers.write(data.readUInt32LE(0), data.readUInt32LE(4), data.readUInt32LE(8));
        this.#answer(request);
        return;
      case Command.MemBegin:
        this.#ram.begin(data.readUInt32LE(0));
        this.#answer(request);
        return;
      case Command.MemData:
        this.#takeData(request, (sequence, bytes) => this.#ram.take(sequence, bytes));
        return;
      case Command.MemEnd:
        this.#startRam(request);
        return;
      case Command.FlashBegin:
        this.#begin(request, false);
        return;
      case Command.FlashData:
        this.#takeData(request, (sequence, bytes) => this.#writer?.take(sequence, bytes) ?? false);
        return;
      case Command.FlashEnd:
        this.#endWrite(request);
        return;
      default:
        this.#performRare(request);
    }
  }

  #performRare(request: Request): void {
    const { command, data } = request;
    if (command === Command.SpiAttach || command === Command.SpiSetParams) this.#answer(request);
    else if (command === Command.ChangeBaudrate) {
      this.#answer(request);
      this.host.setBaudRate(data.readUInt32LE(0));
    } else if (command === Command.FlashDeflBegin) this.#begin(request, true);
    else if (command === Command.FlashDeflData)
      this.#takeData(request, (sequence, bytes) => this.#writer?.take(sequence, bytes) ?? false);
    else if (command === Command.FlashDeflEnd) this.#endWrite(request);
    else if (command === Command.SpiFlashMd5) this.#hash(request);
    else if (command === Command.GetSecurityInfo && this.chip.chipId !== undefined) this.#security(request);
    // From here on: the stub only.
    else if (command === Command.EraseFlash && this.#stub) this.#erase(request, 0, this.flash.size);
    else if (command === Command.EraseRegion && this.#stub)
      this.#erase(request, data.readUInt32LE(0), data.readUInt32LE(4));
    else if (command === Command.ReadFlash && this.#stub) this.#read(request);
    else if (command === Command.RunUserCode && this.#stub) this.host.runFlash();
    else this.#unknown();
  }

  #answer(request: Request, value = 0, data: Uint8Array = new Uint8Array(0)): void {
    const status = new Uint8Array(this.#stub ? 2 : romStatusLength);
    this.host.send(response(request.command, value, data, status));
  }

  #refuse(request: Request, why: Refusal): void {
    const status = new Uint8Array(this.#stub ? 2 : romStatusLength);
    status.set([1, why]);
    this.host.send(response(request.command, 0, new Uint8Array(0), status));
  }

  #unknown(): void {
    const status = new Uint8Array(this.#stub ? 2 : romStatusLength);
    status.set([1, Refusal.InvalidMessage]);
    for (let i = 0; i < (this.#stub ? 1 : romRepeats); i++)
      this.host.send(response(0, 0, new Uint8Array(0), status));
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
    this.#stub = true;
    this.host.send(Buffer.from("OHAI"));
  }

  #begin(request: Request, deflated: boolean): void {
    const [size, packets, , offset] = [0, 4, 8, 12].map((at) => request.data.readUInt32LE(at));
    // The ROM is told the size in whole packets, so the end may stand over the chip's by less than one.
    const room = Math.min(size, this.flash.end - offset);
    if (!FlashWriter.fits(this.flash, offset, this.#stub ? size : room)) {
      this.#refuse(request, Refusal.FlashWrite);
      return;
    }
    this.#writer = new FlashWriter(this.flash, offset, room, packets, deflated, !this.#stub);
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
    this.#answer(request, 0, this.#stub ? md5.digest() : Buffer.from(md5.digest("hex")));
  }

  #security(request: Request): void {
    const info = Buffer.alloc(20);
    info.writeUInt32LE(this.chip.chipId ?? 0, 12);
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
