import type { DnsQuestion, DnsRecord } from "./mdns-link.js";

/** A board that announces itself on the network. */
export interface FoundBoard {
  readonly name: string;
  /** E.g. "garden.local". */
  readonly host: string;
  /** IPv4. */
  readonly address: string;
  /** UDP, for updates. */
  readonly port: number;
  /** The board's kind as it names it; "" if it gave none. */
  readonly board: string;
  /** Whether it requires a password; undefined: not announced. */
  readonly auth: boolean | undefined;
  /** E.g. "garden@2.0.0"; only Sluice's boards announce it. */
  readonly app: string | undefined;
  /** Where its update page is. */
  readonly page: string | undefined;
}

interface Service {
  readonly name: string;
  place?: { readonly port: number; readonly target: string };
  text?: ReadonlyMap<string, string>;
}

export const arduinoType = "_arduino._tcp.local";
const httpType = "_http._tcp.local";

/** Assembles boards from their mDNS records. */
export class BoardList {
  readonly #boards = new Map<string, Service>();
  readonly #pages = new Map<string, Service>();
  /** Addresses of hosts, newest first. */
  readonly #addresses = new Map<string, string>();

  add(answers: readonly DnsRecord[]): void {
    for (const answer of answers) this.#one(answer);
  }

  /** Those that are known well enough to be updated, by name. */
  boards(): FoundBoard[] {
    return [...this.#boards.values()]
      .flatMap((one) => this.#found(one))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** The next questions: for boards, and for what is still missing of known ones. */
  questions(): DnsQuestion[] {
    const open: DnsQuestion[] = [
      { name: arduinoType, type: "PTR" },
      { name: httpType, type: "PTR" },
    ];
    for (const { name, place, text } of this.#boards.values()) {
      if (place === undefined) open.push({ name: `${name}.${arduinoType}`, type: "SRV" });
      else if (!this.#addresses.has(place.target)) open.push({ name: place.target, type: "A" });
      if (text === undefined) open.push({ name: `${name}.${arduinoType}`, type: "TXT" });
    }
    return open;
  }

  #one(answer: DnsRecord): void {
    if (answer.type === "A") {
      if (answer.ttl) this.#addresses.set(answer.name.toLowerCase(), answer.data);
      return;
    }
    if (answer.type !== "PTR" && answer.type !== "SRV" && answer.type !== "TXT") return;
    const instance = answer.type === "PTR" ? answer.data : answer.name;
    if (answer.type === "PTR" && ![arduinoType, httpType].includes(answer.name.toLowerCase())) return;
    const services = this.#servicesOf(instance);
    if (services === undefined) return;
    const key = instance.toLowerCase();
    if (!answer.ttl) {
      services.delete(key);
      return;
    }
    const service = services.get(key) ?? { name: instance.split(".").slice(0, -3).join(".") };
    services.set(key, service);
    if (answer.type === "SRV")
      service.place = { port: answer.data.port, target: answer.data.target.toLowerCase() };
    if (answer.type === "TXT") service.text = keysOf([answer.data].flat().map(String));
  }

  #servicesOf(instance: string): Map<string, Service> | undefined {
    const name = instance.toLowerCase();
    if (name.endsWith(`.${arduinoType}`)) return this.#boards;
    return name.endsWith(`.${httpType}`) ? this.#pages : undefined;
  }

  #found({ name, place, text }: Service): FoundBoard[] {
    const address = place && this.#addresses.get(place.target);
    if (place === undefined || address === undefined) return [];
    const auth = text?.get("auth_upload");
    return [
      {
        name,
        host: place.target,
        address,
        port: place.port,
        board: text?.get("board") ?? "",
        auth: auth === undefined ? undefined : auth === "yes",
        app: text?.get("app"),
        page: this.#pageOf(place.target, address),
      },
    ];
  }

  #pageOf(host: string, address: string): string | undefined {
    for (const { place, text } of this.#pages.values()) {
      const path = text?.get("path");
      if (place?.target !== host || path === undefined || !path.endsWith("/update")) continue;
      return `http://${address}${place.port === 80 ? "" : `:${place.port}`}${path}`;
    }
    return undefined;
  }
}

/** RFC 6763 §6.4: keys are case-insensitive, and the first of a name counts. */
function keysOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const pair of pairs) {
    const [key, ...value] = pair.split("=");
    const name = key.toLowerCase();
    if (!keys.has(name)) keys.set(name, value.join("="));
  }
  return keys;
}
