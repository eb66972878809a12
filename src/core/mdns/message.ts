/** Record types (RFC 1035 §3.2.2, RFC 2782, RFC 4034). */
export const enum RecordType {
  A = 1,
  Ptr = 12,
  Txt = 16,
  Srv = 33,
  Nsec = 47,
  Any = 255,
}

/** Bits of the header's second word. */
export const enum MessageFlag {
  Response = 0x8000,
  Opcode = 0x7800,
  Authoritative = 0x0400,
  Truncated = 0x0200,
  ResponseCode = 0x000f,
}

export interface Question {
  /** As in names.ts. */
  readonly name: string;
  readonly type: number;
  /** The asker takes a unicast answer (RFC 6762 §5.4). */
  readonly unicast: boolean;
}

export interface Resource {
  readonly name: string;
  readonly type: number;
  /** This is all there is of name and type (RFC 6762 §10.2). */
  readonly flush: boolean;
  /** Seconds; 0 is a goodbye. */
  readonly ttl: number;
  /** Binary text; names in it in full. */
  readonly data: string;
}

/** Bytes of the header. */
export const messageHead = 12;
