import type { Device } from "./device.js";
import type { FlashBus } from "./flash-bus.js";

/** Bytes that the chip maps into its address space: the megabyte that the running image lies in. */
const window = 0x100000;

/**
 * Espruino's port to the ESP8266 (targets/esp8266/jshardware.c), with `segment` as its userbin_segment:
 * - reading below 1 MB goes through the mapped window, so under user2 of a 1024+1024 map it shows the second megabyte;
 * - reading above goes to the SDK, which wants addresses in whole words and refuses what ends behind the size that the
 *   ROM believes the chip to have; behind its real end a chip begins anew, since it does not decode higher address bits;
 * - writing and erasing set the segment's bit in every address inside the chip, wherever that leads.
 */
export function esp8266Bus(device: Device): FlashBus {
  const { flash, segment, romFlash } = device;
  const mapped = segment & window;
  const written = (address: number): number => (address < flash.size ? (address | segment) >>> 0 : address);
  return {
    read: (address, length) => {
      if (address + length <= window) return flash.read(address + mapped, length);
      if (address % 4 !== 0)
        throw new RangeError(`spi_flash_read at 0x${address.toString(16)} is not aligned`);
      const result = new Uint8Array(length);
      if (address + length > romFlash.size) return result;
      if (!romFlash.wraps && address + length > flash.size) return result.fill(0xff);
      for (let done = 0; done < length; ) {
        const at = (address + done) % flash.size;
        const count = Math.min(length - done, flash.size - at);
        result.set(flash.read(at, count), done);
        done += count;
      }
      return result;
    },
    program: (address, data) => {
      if (address >= flash.size) return;
      const at = written(address);
      flash.program(at, data.subarray(0, flash.size - at));
    },
    erase: (address) => {
      if (address < flash.size) flash.eraseBlockAt(written(address));
    },
  };
}
