import type { AttemptLimiter } from "../../core/attempts.js";
import type { Fault } from "../../core/errors.js";
import type { UpdateRun } from "../../core/update-run.js";
import type { WebEvent } from "../../core/web/web-host.js";
import type { HttpRequest, HttpResponse } from "./sluice.js";

/** Where and how the web update is served. */
export interface WebSettings {
  /** TCP port; 0: 80. */
  readonly port: number;
  /** False: the application's server does. */
  readonly listen: boolean;
  /** E.g. "/update". */
  readonly path: string;
  /** The name that goes with the password; "": any. */
  readonly user: string;
  /** Errors with status 200, in the original's words. */
  readonly classicStatus: boolean;
}

/** What the agent hands to the web update when a visitor comes. */
export interface WebParts {
  readonly settings: WebSettings;
  readonly run: UpdateRun;
  readonly limiter: AttemptLimiter;
  /** Name on the network, or "". */
  readonly name: string;
  /** "garden@1.0.0", and its slot. */
  readonly app: string;
  readonly slot: string;
  /** Bytes of the page, from its place behind the agent's code (build/web-page.ts). */
  readonly page: (offset: number, length: number) => string;
  readonly now: () => number;
  readonly onTrial: () => boolean;
  readonly isOpen: () => boolean;
  readonly accepts: (user: string, password: string) => boolean;
  readonly refusal: () => Fault | undefined;
  readonly freeSpace: (command: number) => number;
  readonly restarts: () => boolean;
  readonly restart: () => void;
  readonly notify: (event: WebEvent) => void;
}

/** The web update at work. */
export interface WebServer {
  readonly accept: (socket: EspruinoTcpSocket) => void;
  /** A request that the application's server got. */
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
  /** An event of the agent. */
  readonly heard: (event: object) => void;
  /** @returns whether a connection is open */
  readonly tick: () => boolean;
}
