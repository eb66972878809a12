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
  const buffers: { readonly start: number; readonly buffer: ArrayBufferLike }[] = [];
  let next = firstAddress;
  const addressOf = (buffer: ArrayBufferLike): number => {
    const known = buffers.find((one) => one.buffer === buffer);
    if (known !== undefined) return known.start;
    const start = next;
    next += (buffer.byteLength + 15) & ~15;
    buffers.push({ start, buffer });
    return start;
  };
  /** The bytes at an address. @throws RangeError where nothing lies */
  const bytesAt = (address: number, length: number): Uint8Array => {
    const found = buffers.find(
      ({ start, buffer }) => address >= start && address + length <= start + buffer.byteLength,
    );
    if (found === undefined) throw new RangeError(`nothing lies at 0x${address.toString(16)}`);
    return new Uint8Array(found.buffer, address - found.start, length);
  };
  const rom = romFunctions(device, bytesAt);
  return {
    getAddressOf: (value: unknown, flat?: unknown) => {
      if (ArrayBuffer.isView(value)) return addressOf(value.buffer) + value.byteOffset;
      if (isArrayBuffer(value)) return addressOf(value);
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

type RomFunction = (...args: number[]) => void;

function romFunctions(
  { espruino: { romMd5 } }: Device,
  bytesAt: (address: number, length: number) => Uint8Array,
): Map<number, RomFunction> {
  const functions = new Map<number, RomFunction>();
  if (romMd5 === undefined) return functions;
  const running = new Map<number, Hash>();
  functions.set(romMd5.init, (context) => {
    running.set(context, createHash("md5"));
  });
  functions.set(romMd5.update, (context, data, length) => {
    running.get(context)?.update(bytesAt(data, length));
  });
  functions.set(romMd5.final, (digest, context) => {
    bytesAt(digest, 16).set(running.get(context)?.digest() ?? []);
    running.delete(context);
  });
  return functions;
}
