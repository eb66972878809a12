import { InvalidArgumentError } from "commander";

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number, what = "A number"): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text === "" || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`${what} from ${min} to ${max} is wanted.`);
    return value;
  };
}

/** A TCP port to listen at; 0 takes a free one. */
export const listenPort = wholeNumber(0, 65_535, "A port number");

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new InvalidArgumentError("A port is a number from 1 to 65535.");
  return port;
}

/** `HOST[:PORT]`: a name or an IPv4 address, and the board's UDP port. */
export function parseTarget(text: string): { host: string; port: number | undefined } {
  const found = /^([^:\s]+)(?::(\d+))?$/.exec(text);
  if (!found) throw new InvalidArgumentError("HOST or HOST:PORT is wanted, e.g. 192.168.1.7:3232.");
  return { host: found[1], port: found[2] === undefined ? undefined : parsePort(found[2]) };
}

const longestWait = 7 * 86_400;

/** `90s`, `30m`, `12h`, `2d` in seconds; a week at most. */
export function parseDuration(text: string): number {
  const found = /^(\d{1,6})(s|m|h|d)$/.exec(text);
  const seconds = found ? Number(found[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[found[2] as "s"] : 0;
  if (seconds < 1 || seconds > longestWait)
    throw new InvalidArgumentError("A time up to 7d is wanted, e.g. 90s, 30m, 12h.");
  return seconds;
}
