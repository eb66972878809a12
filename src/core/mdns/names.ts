import { decimal } from "../espota/invitation.js";

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

/** Names know no case (RFC 1035 §2.3.3); their length bytes, 63 at most, are no letters. */
export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && a.toLowerCase() === b.toLowerCase());
}

function isHostChar(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/** What of a text may stand as a host name: letters, digits, and single hyphens between them. */
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

/** "192.168.1.7" as the four bytes of an A record; anything else as "". */
export function addressBytes(dotted: string): string {
  const parts = dotted.split(".");
  let bytes = "";
  for (const part of parts) {
    const value = decimal(part);
    if (value < 0 || value > 255) return "";
    bytes += String.fromCharCode(value);
  }
  return parts.length === 4 ? bytes : "";
}

/** The name under which an address is looked up backwards (RFC 1035 §3.5). */
export function reverseName(dotted: string): string {
  const parts = dotted.split(".");
  return wireName(`${parts[3]}.${parts[2]}.${parts[1]}.${parts[0]}.in-addr.arpa`);
}
