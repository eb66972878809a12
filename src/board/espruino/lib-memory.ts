import { createHash, type Hash, randomBytes } from "node:crypto";
import { esp32ResetCause, resetRegister } from "../rtc.js";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";
import { isArrayBuffer } from "./values.js";

/** peek and poke. Little means something: the random numbers and an ESP32's reset cause. */
export function installMemory(machine: Machine, device: Device): void {
  const word = (address: unknown): number => {
    const at = Number(address) >>> 0;
    const { randomRegister } = device.espruino;
    if (randomRegister !== 0 && (at & ~3) >>> 0 === randomRegister) return randomBytes(4).readUInt32LE();
    const causes = resetRegister(device.board.chip);
    if (causes !== 0 && at === causes) return esp32ResetCause(device.resetReason);
    return 0;
  };
  const define = (bits: number, mask: number): void => {
    machine.realm.define(
      `peek${bits}`,
      machine.api((address: unknown, count?: unknown) => {
        const read = (index: number) => (word(Number(address) + (index * bits) / 8) & mask) >>> 0;
        if (count === undefined) return read(0);
        return machine.realm.array(Array.from({ length: Number(count) }, (_, index) => read(index)));
      }),
    );
    machine.realm.define(
      `poke${bits}`,
      machine.api(() => undefined),
    );
  };
  define(8, 0xff);
  define(16, 0xffff);
  define(32, 0xffffffff);
}

/** Where the buffers of the firmware pretend to lie. */
const firstAddress = 0x3ffb0000;

/**
 * Memory and native code, as far as firmware reaches for it: array buffers have addresses, and the ROM's MD5 functions
 * can be called. Calling anywhere else throws, where a chip would crash.
 */
export function installNative(machine: Machine, device: Device, e: Record<string, unknown>): void {
  const { realm } = machine;
  const memory = new Memory();
  const rom = romFunctions(device, memory);
  e["getAddressOf"] = machine.api((value: unknown, flat?: unknown) => {
    const bytes = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : isArrayBuffer(value)
        ? new Uint8Array(value)
        : undefined;
    // Strings of the engine lie in pieces all over the place.
    if (bytes === undefined) return flat ? 0 : firstAddress;
    return memory.addressOf(bytes);
  });
  e["nativeCall"] = machine.api((address: unknown) => {
    const call = rom.get(Number(address));
    return machine.api((...args: unknown[]) => {
      if (call === undefined) throw realm.error("Error", "there is no code at this address");
      call(...args.map(Number));
    });
  });
}

/** Buffers by their addresses. */
class Memory {
  readonly #buffers: { readonly start: number; readonly buffer: ArrayBufferLike }[] = [];
  readonly #starts = new WeakMap<ArrayBufferLike, number>();
  #next = firstAddress;

  addressOf(bytes: Uint8Array): number {
    let start = this.#starts.get(bytes.buffer);
    if (start === undefined) {
      start = this.#next;
      this.#next += (bytes.buffer.byteLength + 15) & ~15;
      this.#starts.set(bytes.buffer, start);
      this.#buffers.push({ start, buffer: bytes.buffer });
    }
    return start + bytes.byteOffset;
  }

  /** The bytes at an address. @throws RangeError where nothing lies */
  at(address: number, length: number): Uint8Array {
    const found = this.#buffers.find(
      ({ start, buffer }) => address >= start && address + length <= start + buffer.byteLength,
    );
    if (found === undefined) throw new RangeError(`nothing lies at 0x${address.toString(16)}`);
    return new Uint8Array(found.buffer, address - found.start, length);
  }
}

type RomFunction = (...args: number[]) => void;

function romFunctions(device: Device, memory: Memory): Map<number, RomFunction> {
  const md5 = device.espruino.romMd5;
  if (md5 === undefined) return new Map();
  const running = new Map<number, Hash>();
  return new Map<number, RomFunction>([
    [md5.init, (context: number) => void running.set(context, createHash("md5"))],
    [
      md5.update,
      (context: number, data: number, length: number) =>
        void running.get(context)?.update(memory.at(data, length)),
    ],
    [
      md5.final,
      (digest: number, context: number) => {
        memory.at(digest, 16).set(running.get(context)?.digest() ?? []);
        running.delete(context);
      },
    ],
  ]);
}
