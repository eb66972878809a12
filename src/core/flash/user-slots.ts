/**
 * user1/user2 of Espressif's boot_v1.x (NONOS SDK, and Espruino on the ESP8266). The flash map, a number in the image
 * header, decides where user2 lies and where the four sectors of system parameters are.
 */
export interface UserMap {
  /** Bytes of the flash chip. */
  readonly flashSize: number;
  /** Address of user2; 0: the map has none. */
  readonly user2: number;
  /** Largest user image: the slot without the sector in front and the four at its end. */
  readonly maxImage: number;
}

export const user1Start = 0x1000;

const reserved = 0x5000;

function userMap(flashSize: number, slot: number): UserMap {
  return { flashSize: flashSize, user2: slot === 0 ? 0 : slot + 0x1000, maxImage: slot - reserved };
}

/** The map of a header's size code; undefined for the codes that boot_v1.x has no two slots for. */
export function userMapOf(sizeCode: number): UserMap | undefined {
  switch (sizeCode) {
    case 0:
      return userMap(0x80000, 0x40000);
    case 2:
      return userMap(0x100000, 0x80000);
    case 3:
      return userMap(0x200000, 0x80000);
    case 4:
      return userMap(0x400000, 0x80000);
    case 5:
      return userMap(0x200000, 0x100000);
    case 6:
      return userMap(0x400000, 0x100000);
    default:
      return undefined;
  }
}

/** First of the last four sectors: RF init data, parameters copy 0, copy 1, flag sector. */
export function parameterSectors(flashSize: number): number {
  return flashSize - 0x4000;
}
