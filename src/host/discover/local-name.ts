import { lookup } from "node:dns/promises";
import { systemClock } from "../../node/clock.js";
import { arduinoType } from "./board-list.js";
import { type MdnsOptions, searchMdns } from "./mdns-link.js";

export interface LocalHost {
  /** IPv4. */
  readonly address: string;
  /** Where it takes updates, UDP, if it announces that. */
  readonly port: number | undefined;
}

/** After the address, the port may come in a datagram of its own. */
const portMs = 300;
const searchMs = 3000;

/** Names that multicast DNS is for (RFC 6762 §3). */
export function isLocalName(name: string): boolean {
  return /^[^.]+\.local\.?$/i.test(name);
}

/** Queries the network by mDNS; undefined without an answer in time. */
export async function resolveLocalName(
  name: string,
  options: MdnsOptions = {},
): Promise<LocalHost | undefined> {
  const { clock = systemClock } = options;
  const host = name.replace(/\.$/, "").toLowerCase();
  const instance = host.replace(/local$/, arduinoType);
  let address: string | undefined;
  let port: number | undefined;
  let cancel: (() => void) | undefined;
  const found = new AbortController();
  await searchMdns(options, {
    questions: () => [
      { name: host, type: "A" },
      { name: instance, type: "SRV" },
    ],
    onAnswers: (answers) => {
      for (const answer of answers) {
        const of = answer.name.toLowerCase();
        if (answer.type === "A" && of === host && answer.ttl) address = answer.data;
        if (answer.type === "SRV" && of === instance && answer.ttl) port = answer.data.port;
      }
      if (address === undefined) return;
      if (port !== undefined) found.abort();
      else cancel ??= clock.after(portMs, () => found.abort());
    },
    milliseconds: searchMs,
    signal: found.signal,
    longestGapMs: 1000,
  }).finally(() => cancel?.());
  return address === undefined ? undefined : { address, port };
}

/**
 * The IPv4 address of a name: the system's answer, and for names in `.local`, which many systems cannot resolve, also
 * the network's own, whichever comes first. Rejects when the network does not know it: systems that query a name server
 * for such names may take very long.
 */
export async function addressOf(name: string): Promise<string> {
  const system = lookup(name, { family: 4 }).then(({ address }) => address);
  if (!isLocalName(name)) return system;
  const network = resolveLocalName(name).then(
    (host) => {
      if (host === undefined) throw new Error("nobody on the network answers to it");
      return host.address;
    },
    () => system,
  );
  return Promise.race([network, system.catch(() => network)]);
}

/** espota's UDP port on ESP32 and Sluice boards. */
const defaultPort = 3232;

/**
 * Where to send for what the user named. A board that has a name in `.local` also announces its port; a name
 * without an answer is left as it is: opening the connection reports it.
 */
export async function locateBoard(
  target: { readonly host: string; readonly port?: number | undefined },
  options: MdnsOptions = {},
): Promise<{ host: string; port: number }> {
  const { host, port } = target;
  if (port !== undefined) return { host, port };
  if (!isLocalName(host)) return { host, port: defaultPort };
  // A computer that cannot query the network may still know the name.
  const found = await resolveLocalName(host, options).catch(() => undefined);
  return { host: found?.address ?? host, port: found?.port ?? defaultPort };
}
