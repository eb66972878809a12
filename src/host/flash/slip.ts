/** SLIP, RFC 1055: packets between 0xC0 bytes; 0xC0 and 0xDB inside are escaped. */
const end = 0xc0;
const escapeByte = 0xdb;
const escapedEnd = 0xdc;
const escapedEscape = 0xdd;

/**
 * Packets out of a stream of bytes. A 0xC0 both ends a packet and begins the next, so that noise costs one packet and
 * never the step: what stands between two packets comes out as a packet that no command matches. What comes before the
 * first 0xC0 (a boot log) is dropped, and so is a packet with an escape that does not exist.
 */
export class SlipDecoder {
  #packet: number[] | undefined;
  #escaped = false;

  /** @param longest bytes of a packet; a longer one is noise and is dropped */
  constructor(private readonly longest = 0x10000) {}

  /** @returns the packets that these bytes complete; empty ones are left out */
  push(bytes: Uint8Array): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === end) {
        if (this.#packet !== undefined && this.#packet.length > 0)
          packets.push(Uint8Array.from(this.#packet));
        this.#packet = [];
        this.#escaped = false;
      } else this.#inside(byte);
    }
    return packets;
  }

  #inside(byte: number): void {
    const packet = this.#packet;
    if (packet === undefined) return;
    if (this.#escaped) {
      this.#escaped = false;
      if (byte === escapedEnd) packet.push(end);
      else if (byte === escapedEscape) packet.push(escapeByte);
      else this.#packet = undefined;
    } else if (byte === escapeByte) this.#escaped = true;
    else packet.push(byte);
    if (packet.length > this.longest) this.#packet = undefined;
  }
}
