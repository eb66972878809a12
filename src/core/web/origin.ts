import { decimal } from "../espota/invitation.js";
import { find } from "./find.js";
import { Header, type HttpHead } from "./http-head.js";

function isIpV4(host: string): boolean {
  const parts = host.split(".");
  if (parts.length !== 4) return false;
  for (const part of parts) {
    const value = decimal(part);
    if (part.length > 3 || value < 0 || value > 255) return false;
  }
  return true;
}

/**
 * Whether the Host header names this board: by address, by its name, by its name in `.local`. A foreign name that was
 * made to point here (DNS rebinding) must find nobody, since pages under that name may read what we answer.
 */
export function isOurHost(host: string, name: string): boolean {
  const colon = host.indexOf(":");
  let bare = (colon < 0 ? host : host.slice(0, colon)).toLowerCase();
  // The final dot of a full name.
  if (bare.charAt(bare.length - 1) === ".") bare = bare.slice(0, bare.length - 1);
  if (isIpV4(bare) || bare === "localhost") return true;
  const own = name.toLowerCase();
  return own.length > 0 && (bare === own || bare === `${own}.local`);
}

/** "http://garden.local:8080/x" → "garden.local:8080"; "" when it is no such address ("null" of sandboxed pages). */
function hostOf(url: string): string {
  const start = find(url, "://", 0);
  const scheme = url.slice(0, start < 0 ? 0 : start).toLowerCase();
  if (scheme !== "http" && scheme !== "https") return "";
  const rest = url.slice(start + 3);
  const slash = rest.indexOf("/");
  return slash < 0 ? rest : rest.slice(0, slash);
}

/**
 * Whether a page of another site sends this: browsers attach the password they know to requests of every page. Tools
 * that are no browsers send neither header. A proxy may have changed the scheme, so that only hosts are compared.
 */
export function isCrossSite(head: HttpHead): boolean {
  const site = head.values[Header.Site];
  if (site.length > 0 && site !== "same-origin" && site !== "none") return true;
  const from = head.values[Header.Origin] || head.values[Header.Referer];
  return from.length > 0 && hostOf(from).toLowerCase() !== head.values[Header.Host].toLowerCase();
}
