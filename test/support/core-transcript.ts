import { readFileSync } from "node:fs";

/** One packet of a recorded upload. */
export interface Packet {
  /** ms since the first. */
  readonly at: number;
  readonly protocol: "UDP" | "TCP";
  readonly fromHost: boolean;
  /** "S", "F", "R" or "". */
  readonly flag: string;
  readonly length: number;
  /** What it carried; undefined where the record hides it, cut short where it is long. */
  readonly text: string | undefined;
  readonly isCut: boolean;
}

export interface Transcript {
  /** "espota.py -> REAL ArduinoOTA (host build): auth ok" */
  readonly name: string;
  readonly packets: readonly Packet[];
}

const udpPorts = [8266, 8300];
const packetLine = /^ {2}\+ +([\d.]+) (UDP|TCP) +(\d+) -> +(\d+) ([SFR]?) +len=(\d+) *(.*)$/;

/** Reads test/vectors/espota-transcripts.txt: real espota.py against a fake board and against the real ArduinoOTA. */
export function readTranscripts(): Transcript[] {
  const text = readFileSync(new URL("../vectors/espota-transcripts.txt", import.meta.url), "utf8");
  return text
    .split(/^##### /m)
    .slice(1)
    .map((part) => {
      const lines = part.split("\n");
      const name = lines[0].replace(/ +\[.*$/, "");
      return { name, packets: lines.map(packetOf).filter((packet) => packet !== undefined) };
    });
}

function packetOf(line: string): Packet | undefined {
  const match = packetLine.exec(line);
  if (!match) return undefined;
  const [, seconds, protocol, from, to, flag, length, shown] = match;
  const isUdp = protocol === "UDP";
  const literal = /^'(.*)'(\.\.\.)?$/.exec(shown);
  return {
    at: Math.round(Number(seconds) * 1000),
    protocol: isUdp ? "UDP" : "TCP",
    fromHost: isUdp ? udpPorts.includes(Number(to)) : Number(from) >= 45002 && Number(from) <= 45023,
    flag,
    length: Number(length),
    text: literal ? unescaped(literal[1]) : undefined,
    isCut: literal?.[2] !== undefined,
  };
}

/** Python's repr of bytes, undone. */
function unescaped(literal: string): string {
  return literal.replace(/\\(x[0-9a-f]{2}|.)/g, (_all, code: string) => {
    if (code.startsWith("x")) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: "\n", r: "\r", t: "\t" }[code] ?? code;
  });
}
