import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { interfacesFor } from "../network.js";

export interface DnsQuestion {
  readonly name: string;
  readonly type: "A" | "PTR" | "SRV" | "TXT";
}

/** A record of an answer from the network; names dotted, without a dot at the end. */
export type DnsRecord = {
  readonly name: string;
  /** Seconds; 0: it is gone. */
  readonly ttl: number;
} & (
  | { readonly type: "A" | "PTR"; readonly data: string }
  | { readonly type: "SRV"; readonly port: number; readonly target: string }
  | { readonly type: "TXT"; readonly pairs: readonly string[] }
);

export interface MdnsLink {
  readonly query: (questions: readonly DnsQuestion[]) => void;
  readonly close: () => Promise<void>;
}

/** @param only name or address of an interface; all that have a network unless given */
export type OpenMdns = (
  only: string | undefined,
  onAnswers: (answers: readonly DnsRecord[]) => void,
) => Promise<MdnsLink>;

/**
 * Multicast DNS on this computer's networks, each with a socket of its own, so that questions go out by all of them.
 * @throws SluiceError NO_INTERFACE, NO_MDNS
 */
export const openMdns: OpenMdns = async (only, onAnswers) => {
  const addresses = interfacesFor(only);
  const { default: multicastDns } = await import("multicast-dns");
  const sockets: import("multicast-dns").MulticastDNS[] = [];
  let reason: unknown;
  for (const address of addresses) {
    // Bound to all addresses: a socket bound to one of them receives no multicast on Linux.
    const socket = multicastDns({ interface: address, bind: "0.0.0.0" });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("ready", resolve);
        socket.once("error", reject);
      });
      sockets.push(socket);
    } catch (error) {
      reason = error;
      socket.destroy();
    }
    // Others share the port: their damaged packets are ignored.
    socket.on("error", () => undefined);
    socket.on("response", (packet) =>
      onAnswers(
        [...(packet.answers ?? []), ...(packet.additionals ?? [])].flatMap((record) => answerOf(record)),
      ),
    );
  }
  if (sockets.length === 0) {
    throw new SluiceError("NO_MDNS", `UDP port 5353 cannot be shared: ${reasonOf(reason)}.`, {
      cause: reason,
    });
  }
  return {
    query: (questions) => {
      for (const socket of sockets) socket.query([...questions]);
    },
    close: async () => {
      await Promise.all(sockets.map((socket) => new Promise<void>((done) => socket.destroy(() => done()))));
    },
  };
};

function answerOf(record: import("dns-packet").Answer): DnsRecord[] {
  const ttl = "ttl" in record ? (record.ttl ?? 0) : 0;
  const { name } = record;
  switch (record.type) {
    case "A":
    case "PTR":
      return [{ name, ttl, type: record.type, data: record.data }];
    case "SRV":
      return [{ name, ttl, type: "SRV", port: record.data.port, target: record.data.target }];
    case "TXT":
      return [{ name, ttl, type: "TXT", pairs: [record.data].flat().map((pair) => pair.toString()) }];
    default:
      return [];
  }
}
