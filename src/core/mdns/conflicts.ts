import { type MdnsMessage, RecordType, type Resource } from "./message.js";
import { Own, sameName } from "./own-records.js";

/** What queries about a board contain: its types of services, the list of types, an address looked up backwards. */
const marks = ["_arduino", "_http", "_dns-sd", "in-addr"];

/**
 * Whether a datagram may be about the host. Most datagrams are about others and need not be parsed: a label always lies
 * in one piece, so it is enough to search for the host's.
 */
export function mayConcern(host: string, text: string): boolean {
  const lower = text.toLowerCase();
  if (lower.indexOf(host.toLowerCase()) >= 0) return true;
  // A response is about the host only if it names it.
  if (text.charCodeAt(2) >= 128) return false;
  for (const mark of marks) if (lower.indexOf(mark) >= 0) return true;
  return false;
}

/** The records that only one host may have: its address, and the place of each service. */
function isClaim(one: Resource): boolean {
  return one.type === RecordType.A || one.type === RecordType.Srv;
}

function contradicts(own: Resource[], one: Resource, probing: boolean): boolean {
  if (one.ttl === 0) return false;
  for (const ours of own) {
    if (!isClaim(ours) || !sameName(ours.name, one.name)) continue;
    // While the host still probes, any record under the name means that the name is taken.
    if (one.type !== ours.type) {
      if (probing && one.type !== RecordType.Txt && one.type !== RecordType.Nsec) return true;
      continue;
    }
    return one.data !== ours.data;
  }
  return false;
}

/**
 * Whether a response gives one of our names to another host (RFC 6762 §8.1, §9). Our own datagrams may come back: their
 * records equal ours.
 */
export function conflictsWith(own: Resource[], message: MdnsMessage, probing: boolean): boolean {
  for (const one of message.answers) if (contradicts(own, one, probing)) return true;
  for (const one of message.additionals) if (contradicts(own, one, probing)) return true;
  return false;
}

/**
 * Two hosts probe for a name at the same time: whether ours is the lesser claim (RFC 6762 §8.2). Compared are type and
 * data of the records under the name; each of our names has one record in a probe.
 */
export function losesTo(own: Resource[], message: MdnsMessage): boolean {
  for (let i = Own.Address as number; i < own.length; i++) {
    const ours = own[i];
    if (!isClaim(ours)) continue;
    let least: Resource | undefined;
    let count = 0;
    for (const one of message.authorities) {
      if (!sameName(one.name, ours.name)) continue;
      count++;
      if (least === undefined || isLess(one, least)) least = one;
    }
    if (least === undefined) continue;
    if (isLess(ours, least)) return true;
    // Equal as far as ours goes: more records win.
    if (count > 1 && !isLess(least, ours)) return true;
  }
  return false;
}

function isLess(a: Resource, b: Resource): boolean {
  return a.type < b.type || (a.type === b.type && a.data < b.data);
}
