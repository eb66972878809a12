/** Bytes first..last, both included, as HTTP counts them. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export type RangeAnswer = ByteRange | "whole" | "unsatisfiable";

/**
 * Reads a Range header for a body of `size` bytes (RFC 9110, 14.2). One range only: more of them, other units and
 * nonsense are answered with the whole body, as the standard allows.
 */
export function readRange(header: string | undefined, size: number): RangeAnswer {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header ?? "");
  if (match === null) return "whole";
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return "whole";
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  if (to !== "" && Number(to) < first) return "whole";
  if (first >= size) return "unsatisfiable";
  return { first, last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}

/**
 * Whether a request goes on with a sending of these bytes that broke off, and is no question of its own: a Range from
 * beyond the first byte, of the same entity.
 */
export function goesOn(range: string | undefined, ifRange: string | undefined, etag: string): boolean {
  const first = /^bytes=(\d{1,15})-$/i.exec(range ?? "")?.[1];
  return first !== undefined && Number(first) > 0 && ifRange === etag;
}

/** An If-Range that names another state of the file makes the Range void (RFC 9110, 13.1.5). Dates never match. */
export function rangeHolds(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange === etag;
}

/** If-None-Match: a list of entity tags, or a star. Weak tags count, as RFC 9110, 13.1.2 wants. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((one) => one.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
