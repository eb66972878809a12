import type { Chunk, Digest } from "../../core/ports.js";
import { hexOf } from "./engine-bytes.js";

/** Bytes that ROM code is given at a time: what one 'data' event brings goes in one step, uncut. */
const pieceLength = BOARD_TCP_CHUNK;
/** Bytes of the ROM's MD5 context (four words of state, two of length, one block). */
const contextLength = 88;

/** Function of the ROM; what it gets are addresses and lengths. */
type Rom = (...args: number[]) => void;

/** The three functions, bound once. */
class RomFunctions {
  readonly init: Rom;
  readonly update: Rom;
  readonly final: Rom;
  /** Image bytes on their way to the ROM: strings of the engine are not in one piece. */
  readonly piece: Uint8Array;

  constructor() {
    this.init = E.nativeCall(BOARD_MD5_INIT, "void(int,int,int)");
    this.update = E.nativeCall(BOARD_MD5_UPDATE, "void(int,int,int)");
    this.final = E.nativeCall(BOARD_MD5_FINAL, "void(int,int,int)");
    this.piece = new Uint8Array(pieceLength);
  }
}

/** The address must be asked for before each call: the engine moves what it defragments. */
function addressOf(buffer: Uint8Array): number {
  const address = E.getAddressOf(buffer, true);
  if (address === 0) throw new Error("no flat memory");
  return address;
}

/** MD5 by the chip's boot ROM: about a hundred times faster than interpreted code, and none of ours on the chip. */
export class RomMd5 implements Digest {
  private context: Uint8Array;

  constructor(private readonly rom: RomFunctions) {
    this.context = new Uint8Array(contextLength);
    rom.init(addressOf(this.context), 0, 0);
  }

  update(chunk: Chunk): void {
    const text = chunk as unknown as string;
    if (text.length <= pieceLength) {
      const rom = this.rom;
      rom.piece.set(text, 0);
      // addressOf, written out: a call costs the interpreter more than the ROM needs for the piece.
      const context = E.getAddressOf(this.context, true);
      const piece = E.getAddressOf(rom.piece, true);
      if (context === 0 || piece === 0) throw new Error("no flat memory");
      rom.update(context, piece, text.length);
      return;
    }
    for (let done = 0; done < text.length; done += pieceLength)
      this.update(text.slice(done, done + pieceLength) as unknown as Chunk);
  }

  hex(): string {
    const digest = new Uint8Array(64);
    this.rom.final(addressOf(digest), addressOf(this.context), 0);
    return hexOf(digest.buffer as ArrayBuffer).slice(0, 32);
  }
}

/**
 * The ROM's functions if this is a build for their chip and they hash "abc" (RFC 1321 §A.5) right; a wrong address
 * would crash the chip, so it is not tried anywhere else.
 */
export function romMd5(): RomFunctions | undefined {
  if (BOARD_MD5_INIT === 0 || BOARD_BUILDS.split(",").indexOf(process.env.BOARD) < 0) return undefined;
  try {
    const rom = new RomFunctions();
    const test = new RomMd5(rom);
    test.update("abc");
    return test.hex() === "900150983cd24fb0d6963f7d28e17f72" ? rom : undefined;
  } catch {
    return undefined;
  }
}
