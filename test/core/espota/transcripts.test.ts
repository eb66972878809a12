import { describe, expect, it } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { md5Of } from "../../support/core-bundle.js";
import { answerTo, SessionBench, type SessionPlan } from "../../support/core-session.js";
import { TestTarget } from "../../support/core-target.js";
import { type Packet, readTranscripts, type Transcript } from "../../support/core-transcript.js";

const transcripts = readTranscripts();

/** What the recorded device was set up like, and what of its answers ours must repeat. */
interface Part extends SessionPlan {
  /** What espota.py was given. */
  readonly typed?: string;
  readonly prepare?: (target: TestTarget) => void;
  /** Changes a byte of the image on its way. */
  readonly spoil?: boolean;
  /** The recorded device misbehaves here; ours must end so instead: its last words by UDP and TCP, and its error. */
  readonly instead?: { readonly udp: string; readonly tcp: RegExp; readonly error: number };
}

const takesFirmware = (target: TestTarget) => {
  target.magic = 0xe9;
};

const parts: Readonly<Record<string, Part>> = {
  "fake device: no password, success": {},
  "fake device: success, -r progress bar and -d debug": {},
  "fake device: device acks per 536-byte segment (lwIP low-memory MSS): several numbers per 1460 chunk": {},
  "fake device: last number and OK merged": {},
  "fake device: auth ok (password admin)": { password: "admin", typed: "admin" },
  "fake device: auth wrong password": { password: "admin", typed: "wrong" },
  "fake device: auth asked but no -a given": { password: "admin", typed: "" },
  "fake device: device answers ERR": { prepare: (target) => Object.assign(target, { room: 63 }) },
  "fake device: filesystem -s": { prepare: (target) => Object.assign(target, { commands: [0, 100] }) },
  "fake device: device never answers UDP": { instead: { udp: "OK", tcp: /^$/, error: FaultNumber.Connect } },
  "fake device: device says OK but never connects": {
    instead: { udp: "OK", tcp: /^$/, error: FaultNumber.Connect },
  },
  "fake device: device stalls (no ack)": {
    instead: { udp: "OK", tcp: /^(1460){3}$/, error: FaultNumber.Aborted },
  },
  // The record's uploader is gone after four pieces and sends nothing more.
  "fake device: device drops TCP": {
    instead: { udp: "OK", tcp: /^(1460){4}ERROR\[24\]: no data/, error: FaultNumber.Silent },
  },
  "fake device: MD5 error at end": { spoil: true },
  "REAL ArduinoOTA (host build): no auth success": {},
  "REAL ArduinoOTA (host build): auth ok": { password: "admin", typed: "admin" },
  "REAL ArduinoOTA (host build): auth wrong": { password: "admin", typed: "nope" },
  "REAL ArduinoOTA (host build): not enough space (1MB image, 1 MB flash, no FS)": {
    prepare: (target) => Object.assign(target, { room: 626_688 }),
  },
  "REAL ArduinoOTA (host build): bad magic byte (5000 zero bytes)": { prepare: takesFirmware },
  "REAL ArduinoOTA (host build): flash write fails mid-way: image claims 16M flash -> new flash config": {
    prepare: (target) => {
      target.verifyFault = fault(FaultNumber.NewFlashConfig, "real size: 4194304");
    },
  },
  "REAL ArduinoOTA (host build): gzip image": {},
  "REAL ArduinoOTA (host build): filesystem -s": {
    prepare: (target) => Object.assign(target, { commands: [0, 100] }),
  },
};

/** The image in the record, as far as it shows it; zeros elsewhere. */
function imageOf(transcript: Transcript): Uint8Array {
  const sent = transcript.packets.filter(({ protocol, fromHost }) => protocol === "TCP" && fromHost);
  return new Uint8Array(
    Buffer.concat(
      sent.map(({ text, length }) =>
        text === undefined ? Buffer.alloc(length) : Buffer.from(text, "latin1"),
      ),
    ),
  );
}

/** Plays espota.py's half of a record to our session; the device's half determines how far to wait. */
class Player {
  readonly bench: SessionBench;
  readonly peer = { address: "127.0.0.1", port: 40_000 };
  readonly replies: string[] = [];
  private readonly image: Uint8Array;
  private at = 0;

  constructor(
    private readonly transcript: Transcript,
    private readonly part: Part,
  ) {
    const nonces = transcript.packets.flatMap(({ text }) =>
      text?.startsWith("AUTH ") ? [text.slice(5)] : [],
    );
    const target = new TestTarget();
    part.prepare?.(target);
    this.bench = new SessionBench({ ...part, target, nonces });
    this.image = imageOf(transcript);
  }

  play(): void {
    for (const packet of this.transcript.packets) {
      this.bench.pass(Math.max(0, packet.at - this.bench.now));
      if (packet.fromHost) this.playHost(packet);
      else if (packet.protocol === "TCP" && /^[A-Z]/.test(packet.text ?? "")) this.awaitResult();
    }
    this.bench.pass(20_000);
  }

  private playHost(packet: Packet): void {
    if (packet.protocol === "UDP") {
      this.replies.push(this.bench.ask(this.datagramOf(packet.text ?? ""), this.peer));
    } else if (packet.flag === "S") {
      expect(this.bench.log.at(-1)).toContain(`connect 127.0.0.1:${this.hostPort()}`);
      this.bench.connected();
    } else if (packet.flag !== "") {
      this.bench.closed();
    } else {
      const piece = this.image.slice(this.at, this.at + packet.length);
      if (this.part.spoil && this.at === 0) piece[piece.length - 1] ^= 1;
      this.at += packet.length;
      this.bench.data(piece);
    }
  }

  /** The record's own datagram, but for what it hides: the MD5 of bytes not shown, and the end of a long answer. */
  private datagramOf(recorded: string): string {
    const words = recorded.trim().split(" ");
    if (words[0] !== "200") {
      if (this.image.length === Number(words[2])) words[3] = this.knownMd5(words[3]);
      return `${words.join(" ")}\n`;
    }
    const answer = answerTo(this.replies[0], this.part.typed ?? "", words[1]);
    expect(answer.startsWith(recorded), "our response is the one that the record shows the start of").toBe(
      true,
    );
    return answer;
  }

  /** The recorded MD5 where the record shows the whole image: then it must be right. */
  private knownMd5(recorded: string): string {
    const sent = this.transcript.packets.filter(({ protocol, fromHost }) => protocol === "TCP" && fromHost);
    const isShown = sent.every(({ text, length }) => text !== undefined || length === 0);
    if (isShown || this.transcript.name.includes("zero bytes")) expect(md5Of(this.image)).toBe(recorded);
    return md5Of(this.image);
  }

  private hostPort(): string {
    return (this.transcript.packets[0].text ?? "").split(" ")[1];
  }

  private awaitResult(): void {
    for (let i = 0; i < 400 && !/[A-Z]/.test(this.bench.tcp); i++) this.bench.pass(50);
  }
}

/** A device's half in kind: its UDP answers, the bytes it acknowledged, its last words by TCP. */
function recordedHalf(transcript: Transcript) {
  const packets = transcript.packets.filter(({ fromHost }) => !fromHost);
  const tcp = packets.filter(({ protocol, text }) => protocol === "TCP" && text !== undefined);
  return {
    udp: packets.flatMap(({ protocol, text }) => (protocol === "UDP" ? [text] : [])),
    acknowledged: tcp.reduce((sum, { text }) => sum + (/^\d+$/.test(text ?? "") ? Number(text) : 0), 0),
    result: tcp.filter(({ text }) => /^[A-Z]/.test(text ?? "")).at(-1),
  };
}

function result(bench: SessionBench): string {
  return bench.tcp.slice(bench.tcp.search(/[A-Z]|$/));
}

describe("espota.py as recorded, against our session", () => {
  it("knows every record", () => {
    expect(transcripts.map(({ name }) => name.replace("espota.py -> ", ""))).toEqual(Object.keys(parts));
  });

  it.each(
    transcripts.map((transcript) => [transcript.name.replace("espota.py -> ", ""), transcript] as const),
  )("%s", (name, transcript) => {
    const part = parts[name];
    const player = new Player(transcript, part);
    player.play();
    const { bench, replies } = player;
    expect(bench.isBusy()).toBe(false);
    if (part.instead !== undefined) {
      expect(replies).toEqual([part.instead.udp]);
      expect(bench.tcp).toMatch(part.instead.tcp);
      expect(bench.errors).toEqual([`error ${part.instead.error}`]);
      return;
    }
    const recorded = recordedHalf(transcript);
    expect(replies).toEqual(recorded.udp);
    const acknowledged = bench.log.flatMap((entry) => / send (\d+)$/.exec(entry)?.[1] ?? []);
    expect(acknowledged.reduce((sum, text) => sum + Number(text), 0)).toBe(recorded.acknowledged);
    if (recorded.result === undefined) expect(bench.tcp).toBe("");
    else if (recorded.result.isCut) expect(result(bench)).toContain(recorded.result.text ?? "");
    else expect(result(bench)).toBe(recorded.result.text);
    expect(bench.commits).toBe(recorded.result?.text === "OK" ? 1 : 0);
    secondOfSilence(bench);
  });

  it("refuses a filesystem image where there is no place for one", () => {
    for (const transcript of transcripts.filter(({ name }) => name.includes("filesystem"))) {
      const invitation = transcript.packets[0].text ?? "";
      expect(new SessionBench().ask(invitation)).toBe("ERR: ERROR[16]: Unknown update command\n");
    }
  });
});

/** Also where the recorded device merged its result with the last number, which makes espota.py hang. */
function secondOfSilence(bench: SessionBench): void {
  const sends = bench.log.filter((entry) => entry.includes(" send "));
  if (sends.length < 2) return;
  const [lastNumber, words] = sends.slice(-2).map((entry) => Number(entry.split(" ")[0]));
  expect(words - lastNumber).toBeGreaterThanOrEqual(1000);
}
