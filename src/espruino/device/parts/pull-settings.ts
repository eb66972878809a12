import type { PollTimes } from "../../../core/pull/retry.js";
import type { PullUrl } from "../../../core/pull/url.js";
import { makeUrl, parseUrl } from "../../../core/pull/url.js";
import { updateMode } from "../../../core/update/errand.js";
import type { BootInfo } from "../boot-info.js";
import { engineRandom } from "../ports/crypto.js";
import type { PullOptions } from "../sluice.js";

/** The least interval, ms: all its boards poll a server that is down. */
const leastEveryMs = 10000;
const usualJitter = 0.1;

/** Where to send the request, or in words why there is none. */
export function urlOf(options: PullOptions): PullUrl | string {
  const found =
    options.url === undefined
      ? makeUrl(false, options.host || "", options.port || 80, options.path || "/update")
      : parseUrl(options.url);
  // Espruino's TLS sets MBEDTLS_SSL_VERIFY_NONE (libs/network/network.c), so that it proves nothing; and where memory is
  // short it throws where nothing can catch it, which ends the program (tried on the engine).
  if (typeof found !== "string" && found.tls) return "no https on Espruino: its TLS checks no certificates";
  return found;
}

/** `everyMs` 0: once. */
export function pollTimes(options: PullOptions): PollTimes {
  const every = options.everyMs || 0;
  return {
    everyMs: every > 0 && every < leastEveryMs ? leastEveryMs : every,
    jitter: options.jitter === undefined ? usualJitter : options.jitter,
  };
}

/** Whether the server is Sluice's, which knows apps and takes reports. */
function isOurs(options: PullOptions): boolean {
  return options.family === undefined || options.family === "sluice";
}

export function modeOf(options: PullOptions): string {
  if (options.mode !== undefined) return options.mode;
  return isOurs(options) ? "app" : "sketch";
}

export function wantsReports(options: PullOptions): boolean {
  return options.report === undefined ? isOurs(options) : options.report;
}

/** From hardware, 0 up to, not including, 1: boards that got power together must not poll together. */
export function chance(): number {
  return parseInt(engineRandom.hex(3), 16) / 0x1000000;
}

/** The slot of the application that runs, or that only made room for an update; -1: there is none. */
export function appSlot(boot: BootInfo): number {
  return boot.why === updateMode ? boot.slot : boot.app;
}
