import { InvalidArgumentError } from "commander";

/** `HOST[:PORT]`: a name or an IPv4 address, and the board's UDP port. */
export function parseTarget(text: string): { host: string; port: number | undefined } {
  const found = /^([^:\s]+)(?::(\d+))?$/.exec(text);
  if (!found) throw new InvalidArgumentError("HOST or HOST:PORT is wanted, e.g. 192.168.1.7:3232.");
  return { host: found[1], port: found[2] === undefined ? undefined : parsePort(found[2]) };
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError("A port is a number from 1 to 65535.");
  return port;
}
