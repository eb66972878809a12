import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { type Clock, systemClock } from "../../node/clock.js";
import { interfacesFor } from "../network.js";

export interface DnsQuestion {
  readonly name: string;
  readonly type: "A" | "PTR" | "SRV" | "TXT";
}

/** Names dotted, without a dot at the end; a `ttl` of 0 s: it is gone. */
export type DnsRecord = import("dns-packet").Answer;

export interface MdnsLink {
  readonly query: (questions: readonly DnsQuestion[]) => void;
  readonly close: () => Promise<void>;
}

/** @param only name or address of an interface; all that have a network unless given */
export type OpenMdns = (
  only: string | undefined,
  onAnswers: (answers: readonly DnsRecord[]) => void,
) => Promise<MdnsLink>;

export interface MdnsOptions {
  /** Name or address of the one interface to use; all unless given. */
  readonly interface?: string | undefined;
  readonly clock?: Clock;
  readonly openMdns?: OpenMdns;
}

/** RFC 6762 §5.2: a second between the first two queries, then twice as long each time. */
const firstGapMs = 1000;

/** How one search goes on. */
export interface MdnsSearch {
  readonly questions: () => DnsQuestion[];
  readonly onAnswers: (answers: readonly DnsRecord[]) => void;
  /** May be Infinity. */
  readonly milliseconds: number;
  /** Ends it early. */
  readonly signal: AbortSignal | undefined;
  /** Between two queries, at most. */
  readonly longestGapMs: number;
}

/** Queries the network again and again. @throws SluiceError NO_INTERFACE, NO_MDNS */
export async function searchMdns(options: MdnsOptions, search: MdnsSearch): Promise<void> {
  const { clock = systemClock } = options;
  const { signal } = search;
  const link = await (options.openMdns ?? openMdns)(options.interface, search.onAnswers);
  let cancel = (): void => undefined;
  let gap = firstGapMs;
  const query = (): void => {
    link.query(search.questions());
    cancel = clock.after(gap, query);
    gap = Math.min(2 * gap, search.longestGapMs);
  };
  let cancelEnd = (): void => undefined;
  try {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      if (Number.isFinite(search.milliseconds)) cancelEnd = clock.after(search.milliseconds, resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
      query();
    });
  } finally {
    cancel();
    cancelEnd();
    await link.close();
  }
}

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
    socket.on("response", ({ answers = [], additionals = [] }) => onAnswers([...answers, ...additionals]));
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
