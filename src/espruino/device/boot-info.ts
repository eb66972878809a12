import type { SafePin } from "../../core/bundle/header.js";

/** What the loader passes to the agent. */
export interface BootInfo {
  /** Slots, 0 or 1, of the agent and of the application that run; -1: no application. */
  readonly agent: number;
  readonly app: number;
  /** The application's slot in the boot journal, whether it runs or not. */
  readonly slot: number;
  /** "garden@1.0.0", or "none". */
  readonly appName: string;
  /** What has yet to prove itself. */
  appTrial: boolean;
  agentTrial: boolean;
  fwTrial: boolean;
  /** What the slot that does not run holds was given up. */
  readonly appBad: boolean;
  readonly agentBad: boolean;
  /** The journal has failures to forget once all is well. */
  failed: boolean;
  /** Where the boot journal's next record goes, bytes into the store, with room for some more behind it; -1: nowhere. */
  next: number;
  /** Where the agent's page and then its parts begin, bytes into the store (resident/load.ts). */
  readonly behind: number;
  /** "update", "rollback", "safe-mode", "update-mode" (core/update/errand.ts) or "". */
  readonly why: string;
  /** core/update/boot.ts StartReason. */
  readonly reason: number;
  /** Union of what provisioning and the application's bundle name. */
  readonly safePins: SafePin[];
  /** Only where it is so: the application works with Storage. */
  files?: boolean;
}

/** The agent as the loader sees it. */
export interface AgentModule {
  /** @param app code of the application, "": none. It starts when the loader has ended, and its memory is free again. */
  start: (boot: BootInfo, app: string) => void;
}

/**
 * Seconds without a turn of the idle loop after which the chip resets itself. On the ESP32 `connect()` does not return
 * before TCP gives up on a peer that is switched off, some 25 s, with a name to be resolved before it: somebody else's
 * outage must not look like a hang. A program that hangs with a valve open leaves it open for so long.
 */
export const watchdogSeconds = 60;
