import { addressBytes, decimal } from "../text.js";
import { RecordType, type Resource, u16Text } from "./message.js";

/**
 * Names as they lie in a datagram (RFC 1035 §3.1), as binary text: the length byte and the text of each label, a zero
 * byte at the end. So they compare, cut and compress without escapes, whatever a label holds.
 */

/** Longest host name that Wi-Fi drivers take (IDF TCPIP_HOSTNAME_MAX_SIZE). */
const longestHost = 32;

/** "_arduino._tcp.local" as a name. */
export function wireName(dotted: string): string {
  let name = "";
  for (const label of dotted.split(".")) name += String.fromCharCode(label.length) + label;
  return `${name}\u0000`;
}

/** Names are case-insensitive (RFC 1035 §2.3.3); their length bytes, 63 at most, are no letters. */
export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}

function isHostChar(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/** The part of a text that is valid in a host name: letters, digits, and single hyphens between them. */
export function hostLabel(text: string): string {
  let label = "";
  let gap = false;
  for (let i = 0; i < text.length && label.length < longestHost; i++) {
    if (!isHostChar(text.charCodeAt(i))) {
      gap = label.length > 0;
      continue;
    }
    if (gap && label.length < longestHost - 1) label += "-";
    gap = false;
    label += text.charAt(i);
  }
  return label === "" ? "sluice" : label;
}

/** "garden" becomes "garden-2", "garden-2" becomes "garden-3" (RFC 6762 §9). */
export function nextHost(host: string): string {
  let end = host.length;
  while (end > 0 && host.charCodeAt(end - 1) >= 48 && host.charCodeAt(end - 1) <= 57) end--;
  const number = end > 1 && host.charAt(end - 1) === "-" ? decimal(host.slice(end)) : -1;
  const tail = `-${number < 0 ? 2 : number + 1}`;
  const stem = number < 0 ? host : host.slice(0, end - 1);
  return stem.slice(0, longestHost - tail.length) + tail;
}

/** The name under which an address is looked up backwards (RFC 1035 §3.5). */
export function reverseName(dotted: string): string {
  const parts = dotted.split(".");
  return wireName(`${parts[3]}.${parts[2]}.${parts[1]}.${parts[0]}.in-addr.arpa`);
}

export interface MdnsService {
  /** "_arduino._tcp" */
  readonly type: string;
  readonly port: number;
  /** "key=value", at most 255 bytes each, in this order. */
  readonly text: string[];
}

/** What is announced. */
export interface MdnsIdentity {
  /** Host name without ".local", and name of each service: as hostLabel leaves it. */
  readonly host: string;
  /** IPv4, dotted. */
  readonly address: string;
  /** Dotted; "": not known, then every client counts as on the link. */
  readonly netmask: string;
  readonly services: MdnsService[];
}

/** Seconds, as the original answers (LEAmDNS): also 4500 for SRV, where RFC 6762 §10 would have 120. */
const hostTtl = 120;
const serviceTtl = 4500;

/** Places in `own`. Each service has four records from `firstService` on. */
export const enum Own {
  Address = 0,
  Reverse = 1,
  /** NSEC: the host has no other record, e.g. no IPv6 address (RFC 6762 §6.1), so clients need not wait. */
  Nothing = 2,
  FirstService = 3,
  PerService = 4,
}

export const enum OfService {
  Enumeration = 0,
  Pointer = 1,
  Place = 2,
  Text = 3,
}

function textData(pairs: string[]): string {
  let data = "";
  for (const pair of pairs) data += String.fromCharCode(pair.length) + pair;
  // RFC 6763 §6.1: never empty.
  return data === "" ? "\u0000" : data;
}

/** All records of an identity under the name `label`, in the places that Own and OfService name. */
export function ownRecords(identity: MdnsIdentity, label: string): Resource[] {
  const host = wireName(`${label}.local`);
  const address = addressBytes(identity.address);
  const reverse = reverseName(identity.address);
  const own: Resource[] = [];
  function add(name: string, type: number, flush: boolean, ttl: number, data: string): void {
    own[own.length] = { name: name, type: type, flush: flush, ttl: ttl, data: data };
  }
  add(host, RecordType.A, true, hostTtl, address);
  add(reverse, RecordType.Ptr, true, hostTtl, host);
  // Block 0 of the bitmap, one byte, bit 1: A only (RFC 4034 §4.1.2).
  add(host, RecordType.Nsec, true, hostTtl, `${host}\u0000\u0001\u0040`);
  for (const service of identity.services) {
    const type = wireName(`${service.type}.local`);
    const name = wireName(`${label}.${service.type}.local`);
    const enumeration = wireName("_services._dns-sd._udp.local");
    const port = u16Text(service.port);
    const text = textData(service.text);
    add(enumeration, RecordType.Ptr, false, serviceTtl, type);
    add(type, RecordType.Ptr, false, serviceTtl, name);
    add(name, RecordType.Srv, true, serviceTtl, `\u0000\u0000\u0000\u0000${port}${host}`);
    add(name, RecordType.Txt, true, serviceTtl, text);
  }
  return own;
}

/** The TXT of `_arduino._tcp`: the original's four keys in its order; then Sluice's own, which others skip. */
export function arduinoText(auth: boolean, board: string, app: string): string[] {
  return [
    `auth_upload=${auth ? "yes" : "no"}`,
    `board=${board}`,
    "ssh_upload=no",
    "tcp_check=no",
    `app=${app.slice(0, 60)}`,
  ];
}
