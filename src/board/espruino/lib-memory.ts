import { createHash, type Hash, randomBytes } from "node:crypto";
import { resetStates } from "../../../boards/index.js";
import type { ResetReason } from "../rtc.js";
import type { Device, Host } from "./device.js";
import { isArrayBuffer } from "./values.js";

/**
 * What the register of the reset cause holds (boards/reset-causes.ts); Espruino has no call for it, so programs peek. The
 * watchdog is the one of timer group 0: the vendor's own would look like a restart by software.
 */
const resetCauses: Readonly<Record<ResetReason, number>> = {
  "power-on": 1,
  pin: 1,
  software: 12,
  watchdog: 7,
  "deep-sleep": 5,
  "brown-out": 15,
  usb: 21,
};

/** peek and poke. Little means something: the random numbers and an ESP32's reset cause. */
export function installMemory({ machine, realm, device }: Host): void {
  const { randomRegister } = device.espruino;
  const resetRegister = resetStates[device.board.chip]?.register;
  const word = (at: number): number => {
    if (randomRegister !== 0 && (at & ~3) >>> 0 === randomRegister) return randomBytes(4).readUInt32LE();
    return at === resetRegister ? resetCauses[device.resetReason] : 0;
  };
  for (const bits of [8, 16, 32]) {
    const read = (address: unknown, index: number): number =>
      (word((Number(address) + (index * bits) / 8) >>> 0) & (2 ** bits - 1)) >>> 0;
    machine.globals({
      [`peek${bits}`]: (address, count) =>
        count === undefined
          ? read(address, 0)
          : realm.array(Array.from({ length: Number(count) }, (_, index) => read(address, index))),
      [`poke${bits}`]: () => undefined,
    });
  }
}

/** Where the buffers of the firmware pretend to lie. */
const firstAddress = 0x3ffb0000;

/**
 * Memory and native code, as far as firmware uses them: E.getAddressOf gives array buffers addresses, and E.nativeCall
 * calls the ROM's MD5 functions. Calling any other address throws, where a chip would crash.
 */
export function memoryMethods({ machine, realm, device }: Host): Record<string, unknown> {
  const memory = new Memory();
  const rom = romFunctions(device, memory);
  return {
    getAddressOf: (value: unknown, flat?: unknown) => {
      if (ArrayBuffer.isView(value)) return memory.addressOf(value.buffer) + value.byteOffset;
      if (isArrayBuffer(value)) return memory.addressOf(value);
      // Strings of the engine lie in pieces all over the place.
      return flat ? 0 : firstAddress;
    },
    nativeCall: (address: unknown) => {
      const call = rom.get(Number(address));
      return machine.api((...args: unknown[]) => {
        if (call === undefined) throw realm.error("Error", "there is no code at this address");
        call(...args.map(Number));
      });
    },
  };
}

/** Buffers by their addresses. */
class Memory {
  readonly #buffers: { readonly start: number; readonly buffer: ArrayBufferLike }[] = [];
  #next = firstAddress;

  addressOf(buffer: ArrayBufferLike): number {
    const known = this.#buffers.find((one) => one.buffer === buffer);
    if (known !== undefined) return known.start;
    const start = this.#next;
    this.#next += (buffer.byteLength + 15) & ~15;
    this.#buffers.push({ start, buffer });
    return start;
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
