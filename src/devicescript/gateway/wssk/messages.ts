import { type GatewayMessage, type ProgramMessage, programMessage, topic } from "../../messages.js";

/** WSSK's commands (jacdac/services/wssk.md): a byte, then what belongs to it. */
export const enum WsskCommand {
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
/** Bytes of a DEPLOY_WRITE; the runtime takes messages of 270 at most, Microsoft's own server sends this many. */
export const writeLength = 192;

export type BoardMessage =
  | { readonly kind: "ack"; readonly command: number }
  | { readonly kind: "hash"; readonly sha256: string }
  | { readonly kind: "error" }
  | { readonly kind: "ping" }
  | { readonly kind: "program"; readonly message: ProgramMessage }
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "exception"; readonly text: string }
  | { readonly kind: "unknown"; readonly command: number };

/** A message of a board; whatever cannot be read is `unknown`. */
export function readBoardMessage(plain: Uint8Array): BoardMessage {
  const command = plain[0] ?? 0;
  const rest = plain.subarray(1);
  switch (command) {
    case WsskCommand.GetHash:
      return rest.length === 32
        ? { kind: "hash", sha256: Buffer.from(rest).toString("hex") }
        : { kind: "unknown", command };
    case WsskCommand.DeployStart:
    case WsskCommand.DeployWrite:
    case WsskCommand.DeployFinish:
    case WsskCommand.PingBoard:
      return { kind: "ack", command };
    case WsskCommand.PingGateway:
      return { kind: "ping" };
    case WsskCommand.FromProgram: {
      const message = fromProgram(Buffer.from(rest));
      return message === undefined ? { kind: "unknown", command } : { kind: "program", message };
    }
    case WsskCommand.JacdacFrame:
      return { kind: "frame", frame: rest };
    case WsskCommand.Log:
      return { kind: "log", text: Buffer.from(rest).toString("utf8") };
    case WsskCommand.Exception:
      return { kind: "exception", text: Buffer.from(rest).toString("utf8") };
    case WsskCommand.Error:
      return { kind: "error" };
    default:
      return { kind: "unknown", command };
  }
}

/** Undefined for what is not JSON, has another topic, or is none of Sluice's messages. */
function fromProgram(rest: Buffer): ProgramMessage | undefined {
  const head = `${String.fromCharCode(json)}${topic}\0`;
  if (!rest.toString("latin1").startsWith(head)) return undefined;
  try {
    return programMessage(JSON.parse(rest.toString("utf8", head.length)));
  } catch {
    return undefined;
  }
}

export const getHash = Uint8Array.of(WsskCommand.GetHash);
export const pong = Uint8Array.of(WsskCommand.PingGateway);
export const deployFinish = Uint8Array.of(WsskCommand.DeployFinish);

/** @param bytes of the program, a multiple of 32; 0 takes the program away */
export function deployStart(bytes: number): Uint8Array {
  const message = Buffer.alloc(5);
  message[0] = WsskCommand.DeployStart;
  message.writeUInt32LE(bytes, 1);
  return message;
}

export function deployWrite(piece: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(WsskCommand.DeployWrite), piece]);
}

export function setStreaming(bits: number): Uint8Array {
  return Uint8Array.of(WsskCommand.SetStreaming, bits & 255, bits >> 8);
}

export function jacdacFrame(frame: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(WsskCommand.JacdacFrame), frame]);
}

/** C2D, as JSON. Bad JSON would end the program, so it is made here. */
export function toProgram(payload: GatewayMessage): Uint8Array {
  const text = Buffer.from(`${topic}\0${JSON.stringify(payload)}`, "utf8");
  return Buffer.concat([Uint8Array.of(WsskCommand.ToProgram, json), text]);
}
