/** One parser or state machine to be fuzzed. */
export interface Target {
  /** Also the name of its folder in fuzz/corpus. */
  readonly name: string;
  /** Inputs that are valid, or nearly: what mutation begins with, besides the corpus. */
  readonly seeds: () => readonly (Uint8Array | string)[];
  /** Words of the protocol, which mutation inserts; one char a byte. */
  readonly words: readonly string[];
  /** Bytes that an input may have. */
  readonly most: number;
  /** Feeds one input, and throws for everything that must not happen. */
  readonly run: (input: Uint8Array) => void;
}

/** What must hold for every input. @throws Error with the reason if it does not */
export function must(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new Error(`must not happen: ${reason}`);
}

/** Both as JSON: for printer and parser, which have to be each other's inverse. */
export function mustEqual(found: unknown, wanted: unknown, reason: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  must(one === other, `${reason}: ${one} instead of ${other}`);
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

export function bytesOf(text: Uint8Array | string): Uint8Array {
  return typeof text === "string" ? new Uint8Array(Buffer.from(text, "latin1")) : text;
}

/** An input read as a program for a state machine: numbers, and pieces of bytes. It ends when its bytes do. */
export class Feed {
  private at = 0;

  constructor(private readonly input: Uint8Array) {}

  get isOver(): boolean {
    return this.at >= this.input.length;
  }

  byte(): number {
    return this.input[this.at++] ?? 0;
  }

  /** 0 up to, not including, `below`. */
  below(below: number): number {
    return this.byte() % below;
  }

  u16(): number {
    return this.byte() | (this.byte() << 8);
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0;
  }

  take(length: number): Uint8Array {
    const piece = this.input.slice(this.at, this.at + length);
    this.at += length;
    return piece;
  }

  /** A piece with its length in front: one byte. */
  piece(): Uint8Array {
    return this.take(this.byte());
  }

  rest(): Uint8Array {
    return this.take(this.input.length);
  }
}

/** The bytes of a program for `Feed`: numbers are bytes, texts have their length in front. */
export function program(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  const chunks = parts.map((part) => {
    if (typeof part === "number") return Uint8Array.of(part);
    const bytes = bytesOf(part);
    return Uint8Array.of(bytes.length, ...bytes);
  });
  return new Uint8Array(Buffer.concat(chunks));
}
