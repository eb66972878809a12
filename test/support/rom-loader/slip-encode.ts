/** One packet as RFC 1055 sends it, for the board's end of the line. */
export function slipEncode(packet: Uint8Array): Uint8Array {
  const out: number[] = [0xc0];
  for (const byte of packet) {
    if (byte === 0xc0) out.push(0xdb, 0xdc);
    else if (byte === 0xdb) out.push(0xdb, 0xdd);
    else out.push(byte);
  }
  out.push(0xc0);
  return Uint8Array.from(out);
}
