/** XOR of all bytes, four at a time where they are aligned: images are gone through by the thousand. */
export function xorBytes(data: unknown, seed: number): number {
  if (!(data instanceof Uint8Array)) return seed;
  let value = seed;
  let done = 0;
  if (data.byteOffset % 4 === 0) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
    let wide = 0;
    for (let i = 0; i < words.length; i++) wide ^= words[i];
    value ^= wide ^ (wide >>> 8) ^ (wide >>> 16) ^ (wide >>> 24);
    done = words.length * 4;
  }
  for (; done < data.length; done++) value ^= data[done];
  return value & 0xff;
}
