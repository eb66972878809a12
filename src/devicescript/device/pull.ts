import { cloud } from "@devicescript/cloud";
import { _dcfgString, deviceIdentifier, sleep } from "@devicescript/core";
import { connect } from "@devicescript/net";
import { Md5 } from "../../core/md5.js";
import type { Crypto } from "../../core/ports.js";
import { errorText } from "../../core/update/safe-state.js";
import { boardId, programRoom } from "./build-facts.js";
import { engineBytes } from "./engine-bytes.js";
import { type HttpAnswer, readAnswer } from "./http-answer.js";
import { type Release, readManifest } from "./manifest.js";
import { claimSocket } from "./one-socket.js";

export type { Release } from "./manifest.js";

export interface PullOptions {
  /** Name or address of the computer that runs `sluice serve`. */
  readonly host: string;
  /** Default 8266. */
  readonly port?: number;
  /** Its certificate must be one that the firmware's fixed list of authorities vouches for; one of your own is not. */
  readonly tls?: boolean;
  /** What the server asks of boards; it can be read in the network without `tls`. */
  readonly token?: string;
  readonly everyMinutes: number;
  /** There is another version than the one that runs. A program on DeviceScript cannot install it: tell somebody. */
  readonly onRelease?: (release: Release) => void;
}

/** An answer is a manifest of some 300 bytes; what is longer is none. */
const mostBytes = 2048;
const patienceMs = 15000;

const crypto: Crypto = {
  md5: () => new Md5(engineBytes),
  crc32: () => 0,
};

/** The board's name in the server's table: the end of its Jacdac id, written as a MAC address. */
function macOfBoard(): string {
  const id = deviceIdentifier("self");
  let mac = id.slice(4, 6);
  for (let i = 6; i < 16; i += 2) mac += `:${id.slice(i, i + 2)}`;
  return mac;
}

function request(
  options: PullOptions,
  method: string,
  path: string,
  headers: string[],
  body: string,
): string {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${options.host}`, "Connection: close"];
  if (options.token !== undefined) lines.push(`Authorization: Bearer ${options.token}`);
  for (const header of headers) lines.push(header);
  if (body !== "") lines.push(`Content-Length: ${body.length}`);
  lines.push("");
  return `${lines.join("\r\n")}\r\n${body}`;
}

/** Not `fetch` of @devicescript/net: it writes every request into the log, token and all. */
async function exchange(options: PullOptions, text: string): Promise<HttpAnswer | undefined> {
  const port = options.port === undefined ? 8266 : options.port;
  const proto = options.tls === true ? "tls" : "tcp";
  const socket = await connect({ host: options.host, port: port, proto: proto, timeout: patienceMs });
  try {
    await socket.send(text);
    let heard = "";
    while (heard.length <= mostBytes) {
      const piece = await socket.recv(patienceMs);
      if (piece === undefined) return undefined;
      if (piece === null) return readAnswer(heard);
      heard += engineBytes.toText(piece);
    }
    return undefined;
  } finally {
    await socket.close();
  }
}

async function ask(options: PullOptions, product: string, version: string): Promise<Release | string> {
  const headers = [
    "User-Agent: Sluice-http-Update",
    `x-Sluice-STA-MAC: ${macOfBoard()}`,
    `x-Sluice-free-space: ${programRoom}`,
    "x-Sluice-mode: app",
    `x-Sluice-version: ${version}`,
    `x-Sluice-app: ${product}`,
    `x-Sluice-board: ${boardId}`,
  ];
  const answer = await exchange(options, request(options, "GET", `/manifest/${product}`, headers, ""));
  if (answer === undefined) return "the server did not answer whole";
  if (answer.status === 304) return "";
  if (answer.status !== 200) return `the server said ${answer.status}`;
  return readManifest(engineBytes, crypto, answer);
}

/** Tells the server once for each release that this board wants it and cannot take it by itself. */
async function tell(options: PullOptions, release: Release): Promise<void> {
  const body = JSON.stringify({
    mac: macOfBoard(),
    event: "refused",
    target: "app",
    version: release.version,
    md5: release.md5,
    code: "NEEDS_GATEWAY",
    text: "a program on DeviceScript cannot install another: send it through a gateway or by cable",
  });
  await exchange(options, request(options, "POST", "/report", ["Content-Type: application/json"], body));
}

async function poll(options: PullOptions): Promise<void> {
  const product = _dcfgString("@name");
  const version = _dcfgString("@version");
  const name = product === undefined ? "" : product;
  const own = version === undefined ? "" : version;
  let told = "";
  while (true) {
    try {
      if (cloud.isBound && (await cloud.connected.read())) {
        console.log("pull: this board has a gateway, which knows better; not asking");
      } else {
        const found = await ask(options, name, own);
        if (typeof found === "string") {
          if (found !== "") console.log(`pull: ${found}`);
        } else if (found.version !== own && found.md5 !== told) {
          told = found.md5;
          console.log(`pull: ${found.product} ${found.version} is there, ${own} runs`);
          if (options.onRelease !== undefined) options.onRelease(found);
          await tell(options, found);
        }
      }
    } catch (error) {
      console.log(`pull: ${errorText(error)}`);
    }
    await sleep(options.everyMinutes * 60000);
  }
}

/**
 * For a board without a gateway: asks `sluice serve` from time to time whether there is another version, and says so. It
 * installs nothing, because a program on DeviceScript cannot. Never beside `ota.begin`: the board has one socket.
 */
export function watchReleases(options: PullOptions): void {
  if (!(options.everyMinutes >= 0.01)) throw new RangeError("everyMinutes must be more than 0");
  claimSocket("watchReleases");
  poll.start(options);
}
