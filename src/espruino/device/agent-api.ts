import { StartReason } from "../../core/boot.js";
import type { BootInfo } from "./boot-info.js";
import type { HttpRequest, HttpResponse, Ota, OtaOptions, PullOptions, PullReply } from "./sluice.js";

/** What the application's face needs of the agent behind it. */
export interface OtaBehind {
  readonly begin: (options: OtaOptions) => void;
  readonly command: () => number;
  readonly credentials: (user: string, password: string) => void;
  readonly handle: (request: HttpRequest, response: HttpResponse) => boolean;
  readonly arm: (ms: number) => void;
  readonly remember: (text: string) => void;
  readonly recall: () => string;
  readonly boot: () => BootInfo | undefined;
  readonly pull: (options: PullOptions, done?: (reply: PullReply) => void) => void;
  readonly lastPull: () => PullReply | undefined;
}

function reasonText(boot: BootInfo): string {
  if (boot.why === "update" || boot.why === "rollback") return boot.why;
  switch (boot.reason) {
    case StartReason.PowerOn:
      return "power-on";
    case StartReason.Restart:
      return "restart";
    case StartReason.Watchdog:
      return "watchdog";
    default:
      return "unknown";
  }
}

function lastPull(behind: OtaBehind): { readonly error: number; readonly text: string } {
  return behind.lastPull() || { error: 0, text: "" };
}

/** `ota`, as applications import it from `sluice/espruino`. */
export function makeOta(behind: OtaBehind): Ota {
  return {
    begin: behind.begin,
    updateCredentials: behind.credentials,
    getCommand: behind.command,
    handle: behind.handle,
    arm: behind.arm,
    remember: behind.remember,
    recall: behind.recall,
    pull: behind.pull,
    getLastError: () => (BOARD_PULL ? lastPull(behind).error : 0),
    getLastErrorString: () => (BOARD_PULL ? lastPull(behind).text : ""),
    version: () => {
      const boot = behind.boot();
      return boot === undefined ? "" : boot.appName;
    },
    onTrial: () => {
      const boot = behind.boot();
      return boot !== undefined && boot.appTrial;
    },
    startReason: () => {
      const boot = behind.boot();
      return boot === undefined ? "unknown" : reasonText(boot);
    },
  };
}
