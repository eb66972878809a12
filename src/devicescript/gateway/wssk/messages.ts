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
  /** From the program. `json` is the text; what is not JSON is `unknown`. */
  | { readonly kind: "program"; readonly topic: string; readonly json: string }
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
      const end = rest.indexOf(0, 1);
      if (rest[0] !== json || end < 0) return { kind: "unknown", command };
      const text = (from: number, to: number): string =>
        Buffer.from(rest.subarray(from, to)).toString("utf8");
      return { kind: "program", topic: text(1, end), json: text(end + 1, rest.length) };
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

/** C2D: `payload` as JSON to the listeners of `topic`. Bad JSON would end the program, so it is made here. */
export function toProgram(topic: string, payload: object): Uint8Array {
  const text = Buffer.from(`${topic}\0${JSON.stringify(payload)}`, "utf8");
  return Buffer.concat([Uint8Array.of(WsskCommand.ToProgram, json), text]);
}

/**
 * The part of a board's log that is about its last exception: the runtime sends the whole log, in pieces, whenever a
 * program throws.
 */
export function exceptionText(log: string): string {
  const lines = log.split(/\r?\n/);
  let start = lines.length - 1;
  while (start > 0 && !/Exception:/.test(lines[start])) start--;
  return lines
    .slice(start, start + 20)
    .filter((line) => /^[*!]/.test(line))
    .map((line) => line.replace(/^[*!] ?/, ""))
    .join("\n");
}

/**
 * What ended the program, if the report is of an end: the runtime sends the same report for an exception that the program
 * caught and printed. DeviceScript runtime/devicescript/fibers.c, `devs_panic`.
 */
export function crashOf(log: string): string | undefined {
  const lines = log.split(/\r?\n/);
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i];
    if (line.startsWith("! Unhandled exception")) return "an exception that nobody caught";
    const found = /^! Exception: (InfiniteLoop|OutOfMemory|StackOverflow|Panic_\d+)/.exec(line);
    if (found) return found[1];
    if (/^[*!] Exception:/.test(line)) return undefined;
  }
  return undefined;
}
