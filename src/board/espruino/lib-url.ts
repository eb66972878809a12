import type { Machine } from "./machine.js";

/** url.parse (libs/network/jswrap_net.c); it does not always find address, port and path where RFC 3986 does. */
export function parseEspruinoUrl(text: string) {
  const scheme = /^[^/:]*:\/\//.exec(text)?.[0] ?? "";
  const rest = text.slice(scheme.length);
  const slash = rest.indexOf("/");
  const address = slash < 0 ? rest : rest.slice(0, slash);
  const tail = slash < 0 ? "" : rest.slice(slash);
  const colon = scheme === "" ? -1 : address.indexOf(":");
  const port = colon < 0 ? 0 : Number(address.slice(colon + 1).replace(/\D/g, ""));
  const mark = tail.lastIndexOf("?");
  return {
    ...(scheme !== "" && { protocol: scheme.slice(0, -2) }),
    method: "GET",
    host: colon < 0 ? address : address.slice(0, colon),
    path: tail || "/",
    pathname: (mark < 0 ? tail : tail.slice(0, mark)) || "/",
    search: mark < 0 ? null : tail.slice(mark),
    port: port <= 0 || port > 65535 ? null : port,
    query: mark < 0 ? null : tail.slice(mark + 1),
  };
}

export function installUrl(machine: Machine): void {
  const { realm } = machine;
  const pairs = (query: string): object => {
    const members = realm.object({});
    for (const pair of query.split("&").filter((one) => one !== "" && one !== "=")) {
      const [key, ...value] = pair.split("=");
      members[decoded(key)] = decoded(value.join("="));
    }
    return members;
  };
  const parse = machine.api((text: unknown, parseQuery: unknown) => {
    if (typeof text !== "string") return undefined;
    const url = parseEspruinoUrl(text);
    const query = parseQuery && url.query !== null ? pairs(url.query) : url.query;
    return realm.object({ ...url, query });
  });
  realm.define("url", Object.assign(realm.evaluate("(function url() {})", "url") as object, { parse }));
}

function decoded(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
