/** "18:FE:AA:0B:0C:0D" of any usual spelling (colons, hyphens, dots or none, either case); undefined when it is no MAC. */
export function normaliseMac(text: string): string | undefined {
  const spelt =
    /^[0-9a-f]{12}$/i.test(text) ||
    /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i.test(text) ||
    /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text);
  if (!spelt) return undefined;
  return (text.replace(/[^0-9a-f]/gi, "").match(/../g) ?? []).join(":").toUpperCase();
}

/**
 * Whether a normalised address is one board's own: neither all zero, as boards send it whose Wi-Fi has none to give, nor a
 * group's (IEEE 802: an odd first byte), which the broadcast address is too.
 */
export function isBoardsOwn(mac: string): boolean {
  return mac !== "00:00:00:00:00:00" && Number.parseInt(mac.slice(0, 2), 16) % 2 === 0;
}

/** What an image's file, a channel's folder and a product may be called: nothing that a path, a header or HTML trips over. */
export const plainName = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}$/;

/** MAC addresses stand in paths too. No segment is ever made part of a file's path: files are found by comparison. */
const segmentName = /^[A-Za-z0-9_][A-Za-z0-9._:+-]{0,99}$/;

/**
 * The segments of a request's path, decoded once. undefined for everything that is not a list of plain names: parent
 * folders, hidden files, backslashes, NUL, broken escapes, names that need a second decoding.
 */
export function pathSegments(requestTarget: string): string[] | undefined {
  if (!requestTarget.startsWith("/")) return undefined;
  const path = requestTarget.slice(1).split(/[?#]/, 1)[0] ?? "";
  if (path === "") return [];
  const segments: string[] = [];
  for (const raw of path.split("/")) {
    let name: string;
    try {
      name = decodeURIComponent(raw);
    } catch {
      return undefined;
    }
    if (!segmentName.test(name) || name.includes("..")) return undefined;
    segments.push(name);
  }
  return segments;
}
