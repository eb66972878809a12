import type { SafePin } from "../../core/app-header.js";

/** What the loader hands to the agent. */
export interface BootInfo {
  /** Slot of the running app, 0 or 1; -1: none, the agent is alone. */
  readonly app: number;
  /** "garden@1.0.0", or "none". */
  readonly appName: string;
  readonly appTrial: boolean;
  readonly agentTrial: boolean;
  /** "update", "rollback", "safe-mode", "homecoming" (core/firmware/homecoming.ts) or "". */
  readonly why: string;
  /** core/boot.ts StartReason. */
  readonly reason: number;
  /** Union of what provisioning and the app's bundle name. */
  readonly safePins: SafePin[];
}

/** The agent as the loader sees it. */
export interface AgentModule {
  readonly start: (boot: BootInfo) => void;
  /** The app threw while it started. */
  readonly appFailed: (error: unknown) => void;
}
