/**
 * What an application on the board imports as `sluice/espruino`. The build turns the import into
 * `require("sluice")`, the agent that the loader has put there; nothing of it is part of the app's bundle. Members of the
 * interfaces in this file, and of those that it imports, keep their names in the built agent (build/member-names.ts).
 */

import type { Fault } from "../../core/errors.js";
import type { PullReply } from "../../core/pull/result.js";
import type { SafeStep } from "../../core/update/safe-state.js";

export type { PullReply };

export type OtaFault = Fault;
export type SafeStateStep = SafeStep;

/** How the update page is served. */
export interface WebOptions {
  /** Default "/update". */
  readonly path?: string;
  /** TCP port; default 80. */
  readonly port?: number;
  /** False: the application's own server listens there, and gives requests to `ota.handle`. */
  readonly listen?: boolean;
  /** The name that goes with the password; default: any. */
  readonly user?: string;
  /** Errors with status 200 and "Update error: …", as ESP8266HTTPUpdateServer answers. */
  readonly classicStatus?: boolean;
}

/**
 * Where and how the board polls a server for its updates (ESPhttpUpdate). `onStart`, `onProgress`, `onEnd`, `onError`
 * and the safe state are those of `ota.begin`, as for every other way in.
 */
export interface PullOptions {
  /** `http://host:port/path`; or host, port and path one by one. */
  readonly url?: string;
  readonly host?: string;
  /** Default 80. */
  readonly port?: number;
  /** Default "/update". */
  readonly path?: string;
  /** Default: the version of what runs. */
  readonly currentVersion?: string;
  /** Basic auth; both or none. */
  readonly user?: string;
  readonly password?: string;
  /** `Authorization: Bearer`, instead of user and password. */
  readonly token?: string;
  /** Poll at this interval, ms, 10 s at least. Without it: once, now. */
  readonly everyMs?: number;
  /** Up to this share of the interval is added by chance. Default 0.1. */
  readonly jitter?: number;
  /** Called before each poll; false: not now. On the ESP32 everything stands still while it connects. */
  readonly when?: () => boolean;
  /** Default true. With false the new version waits for the next restart. */
  readonly rebootOnUpdate?: boolean;
  /** Name of the application to take. Default: that of the one that runs; when nothing runs, any. */
  readonly product?: string;
  /** Take nothing older than what runs, by the bundle's own header. Default: the server decides. */
  readonly newerOnly?: boolean;
  /** MD5 that the image must have, whatever the server announces (setMD5sum). */
  readonly md5?: string;
  /** Default "app"; "agent", "version" (query only), and the original's "sketch", "spiffs", … */
  readonly mode?: string;
  /** Whose headers are sent: "esp8266" and "esp32" for servers that know only the Arduino cores. Default "sluice". */
  readonly family?: "sluice" | "esp8266" | "esp32";
  /** Report to the server what became of updates, at /report. Default true with the family "sluice". */
  readonly report?: boolean;
  /** Instead of the station's. */
  readonly mac?: string;
}

/** What `require("http")` gives to an application's server, as far as it is needed. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly on: (event: string, listener: (detail?: unknown) => void) => void;
}

export interface HttpResponse {
  readonly writeHead: (status: number, headers: Record<string, string>) => void;
  readonly write: (data: string) => boolean;
  readonly end: () => void;
  readonly on: (event: string, listener: (detail?: unknown) => void) => void;
}

/** A button on the board that allows one update, and a light that shows it. Pins by number. */
export interface UpdateButton {
  readonly pin: number;
  /** How long a press arms the board, ms; default ten minutes, a day at most. */
  readonly ms?: number;
  /** How long it has to be held, ms; default 0. One that does something else, too, wants some seconds here. */
  readonly holdMs?: number;
  /** The level while it is pressed; default 0. */
  readonly pressed?: 0 | 1;
  /** Default: pulled to the other level. Pins without a pull resistor want "input" and a resistor outside. */
  readonly mode?: "input" | "input_pullup" | "input_pulldown";
  /** On while armed, for a smaller share of every two seconds the less time is left. */
  readonly light?: number;
  /** The level that lights it; default 1. */
  readonly lit?: 0 | 1;
}

export interface OtaOptions {
  /** Name on the network; default: name of the app and the chip's id. */
  readonly hostname?: string;
  /** False: the board is not announced (mDNS). Default true. */
  readonly mdns?: boolean;
  /** UDP port of the listener; default 3232. */
  readonly port?: number;
  /** Prefer the password that was set when the board was provisioned: one in the source travels with every image. */
  readonly password?: string;
  /** MD5 of the password, 32 lower-case hex digits; `begin` throws for anything else. */
  readonly passwordHash?: string;
  /** A page to update from a browser, on ESP32 boards; it requires the same password. Default: none. */
  readonly web?: boolean | WebOptions;
  /**
   * Updates are allowed at these days and hours only: `Mo-Fr 10:00-12:00, 20:00-22:00; Su 22:00-4:00`. `never`: only
   * when armed. Needs the clock set. Default: at any time, or, with a button, only when armed.
   */
  readonly window?: string;
  /** Of the window. `CET-1CEST,M3.5.0,M10.5.0/3` as POSIX has it, or `+02:00` without summer time; default: UTC. */
  readonly timeZone?: string;
  /** Allows an update outside the window, or, without a window, at all. */
  readonly button?: UpdateButton;
  /** Default true. With false the new version waits for the next restart. */
  readonly rebootOnSuccess?: boolean;
  /** In this order, each verified before the next begins. */
  readonly safeState?: SafeStateStep[];
  /** After the safe state, before the first write. */
  readonly onStart?: () => void;
  readonly onProgress?: (done: number, total: number) => void;
  /** The image is verified and committed; the restart follows. */
  readonly onEnd?: () => void;
  /** Once per failure. */
  readonly onError?: (fault: OtaFault) => void;
  /**
   * Called while a new version is on trial: `true` when the application is well, otherwise what is missing.
   * Without it, being reachable and not having thrown is enough.
   */
  readonly healthy?: () => true | string;
}

export interface Ota {
  /** Registers the application with the agent. Call it once, at start. An app that never calls it is never confirmed. */
  readonly begin: (options: OtaOptions) => void;
  /** Another name and password for the update page (ESP8266HTTPUpdateServer's). Neither may be empty. */
  readonly updateCredentials: (user: string, password: string) => void;
  /**
   * For an application with an HTTP server of its own (`web: { listen: false }`): true when the request is the update
   * page's, and taken care of. Call it at once, before anything else touches the request.
   */
  readonly handle: (request: HttpRequest, response: HttpResponse) => boolean;
  /** 0 for a sketch or an app, 100 for a filesystem: what the running update is (ArduinoOTA.getCommand). */
  readonly getCommand: () => number;
  /**
   * Polls a server for an update, once or at an interval, replacing an earlier pull. A pull that was set up when the
   * board was provisioned stays as it is: then this polls at once.
   * @param done called at the end of each poll
   */
  readonly pull: (options: PullOptions, done?: (reply: PullReply) => void) => void;
  /** Of the last pull: the original's number and sentence; 0 and "" while none has failed. */
  readonly getLastError: () => number;
  readonly getLastErrorString: () => string;
  /**
   * Allows one update within the next `ms`, as a press of the button does; 0 takes that back. Needs a `window`
   * (`never`, if only this counts) or a `button`. At most a day.
   */
  readonly arm: (ms: number) => void;
  /**
   * Keeps up to 500 characters of the application's own across restarts and power cuts: in flash when it returns.
   * @throws Error whose text begins with NOTE_NOT_TEXT or NOTE_TOO_LONG; NOTE_TOO_OFTEN, beyond 32 KB saved up at 9 KB an hour (flash wears
   * out); NOTE_NOT_KEPT, flash does not take it. The last note stands then. What must go on anyhow catches it.
   */
  readonly remember: (text: string) => void;
  /** What was last remembered, or "". */
  readonly recall: () => string;
  /** `garden@2.0.0`: what runs. */
  readonly version: () => string;
  /** True right after an update, until it is confirmed. */
  readonly onTrial: () => boolean;
  /**
   * True while an update, a poll or a trial is under way, or a restart: not the moment to switch the board off or to let
   * it sleep (docs/on-the-board.md, "Boards that sleep").
   */
  readonly busy: () => boolean;
  /**
   * Why the last start happened: "update", "rollback", "power-on" (or the reset pin), "restart", "watchdog", "brown-out",
   * "deep-sleep", "usb" or "unknown".
   */
  readonly startReason: () => string;
}

export declare const ota: Ota;
