/** WSSK's commands (jacdac/services/wssk.md): a byte, then what belongs to it. */
export const enum Command {
  SetStreaming = 0x90,
  PingBoard = 0x91,
  PingGateway = 0x92,
  GetHash = 0x93,
  DeployStart = 0x94,
  DeployWrite = 0x95,
  DeployFinish = 0x96,
  ToProgram = 0x97,
  FromProgram = 0x98,
  JacdacFrame = 0x99,
  Log = 0x9a,
  Exception = 0x9b,
  Error = 0xff,
}

/** Bits of SET_STREAMING. The runtime drops the lower byte's after 16 s. */
export const enum Streaming {
  Jacdac = 0x0001,
  Log = 0x0002,
  Exceptions = 0x0100,
}

const json = 2;
/** Programs are written in blocks of this many bytes. */
export const programAlign = 32;
/** Bytes of a DEPLOY_WRITE; the runtime takes messages of 270 at most, Microsoft's own server sends this many. */
export const writeLength = 192;

export type BoardMessage =
  | { readonly kind: "ack"; readonly command: number }
  | { readonly kind: "hash"; readonly sha256: string }
  | { readonly kind: "error" }
  | { readonly kind: "ping" }
  /** From the program. `json` is the text; what is not JSON is told as such. */
  | { readonly kind: "program"; readonly topic: string; readonly json: string }
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "exception"; readonly text: string }
  | { readonly kind: "unknown"; readonly command: number };

/** What a board says; every message reads as something. */
export function readMessage(plain: Uint8Array): BoardMessage {
  const command = plain[0] ?? 0;
  const rest = plain.subarray(1);
  switch (command) {
    case Command.GetHash:
      return rest.length === 32
        ? { kind: "hash", sha256: Buffer.from(rest).toString("hex") }
        : { kind: "unknown", command };
    case Command.DeployStart:
    case Command.DeployWrite:
    case Command.DeployFinish:
    case Command.PingBoard:
      return { kind: "ack", command };
    case Command.PingGateway:
      return { kind: "ping" };
    case Command.FromProgram: {
      const end = rest.indexOf(0, 1);
      if (rest[0] !== json || end < 0) return { kind: "unknown", command };
      const text = (from: number, to: number): string =>
        Buffer.from(rest.subarray(from, to)).toString("utf8");
      return { kind: "program", topic: text(1, end), json: text(end + 1, rest.length) };
    }
    case Command.JacdacFrame:
      return { kind: "frame", frame: rest };
    case Command.Log:
      return { kind: "log", text: Buffer.from(rest).toString("utf8") };
    case Command.Exception:
      return { kind: "exception", text: Buffer.from(rest).toString("utf8") };
    case Command.Error:
      return { kind: "error" };
    default:
      return { kind: "unknown", command };
  }
}

export const getHash = Uint8Array.of(Command.GetHash);
export const pong = Uint8Array.of(Command.PingGateway);
export const deployFinish = Uint8Array.of(Command.DeployFinish);

/** @param bytes of the program, a multiple of 32; 0 takes the program away */
export function deployStart(bytes: number): Uint8Array {
  const message = Buffer.alloc(5);
  message[0] = Command.DeployStart;
  message.writeUInt32LE(bytes, 1);
  return message;
}

export function deployWrite(piece: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(Command.DeployWrite), piece]);
}

export function setStreaming(bits: number): Uint8Array {
  return Uint8Array.of(Command.SetStreaming, bits & 255, bits >> 8);
}

export function jacdacFrame(frame: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(Command.JacdacFrame), frame]);
}

/** C2D: `payload` as JSON to those who listen for `topic`. Bad JSON would end the program, so it is made here. */
export function toProgram(topic: string, payload: object): Uint8Array {
  const text = Buffer.from(`${topic}\0${JSON.stringify(payload)}`, "utf8");
  return Buffer.concat([Uint8Array.of(Command.ToProgram, json), text]);
}
