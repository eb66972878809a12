import { type Answer, decode } from "dns-packet";

const typeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NSEC: 47,
  ANY: 255,
};

/** A datagram in the words of test/vectors/mdns-arduino.txt, read by another DNS library. */
export function describeMessage(text: string): string[] {
  const packet = decode(Buffer.from(text, "latin1"));
  const { id = 0, flags = 0, questions = [], answers = [], authorities = [], additionals = [] } = packet;
  const all = flags | (packet.type === "response" ? 0x8000 : 0);
  return [
    `id=${id} flags=${all.toString(16).padStart(4, "0")} q=${questions.length} an=${answers.length} ` +
      `ns=${authorities.length} ar=${additionals.length}`,
    ...questions.map((one) => `  Q ${one.name} type=${typeNumbers[one.type]} class=${questionClass(one)}`),
    ...[...answers, ...authorities, ...additionals].map((one) => `  R ${describeRecord(one)}`),
  ];
}

/** dns-packet does not know the bit that requests unicast. */
function questionClass(one: { readonly class?: unknown }): string {
  const number = one.class === "IN" ? 1 : Number(String(one.class).replace("UNKNOWN_", ""));
  return number.toString(16).padStart(4, "0");
}

function describeRecord(one: Answer): string {
  const flush = "flush" in one && one.flush ? 0x8000 : 0;
  const ttl = "ttl" in one ? one.ttl : undefined;
  const head = `${one.name} class=${(flush | 1).toString(16).padStart(4, "0")} ttl=${ttl}`;
  switch (one.type) {
    case "A":
    case "PTR":
      return `${head} ${one.type} ${one.data}`;
    case "SRV": {
      const { priority, weight, port, target } = one.data;
      return `${head} SRV prio=${priority} weight=${weight} port=${port} ${target}`;
    }
    case "TXT": {
      const pairs = [one.data].flat().map((pair) => `'${String(pair)}'`);
      return `${head} TXT ${pairs.join(" ")}`;
    }
    default:
      return `${head} ${one.type}`;
  }
}
