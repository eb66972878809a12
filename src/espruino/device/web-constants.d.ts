/** What the build puts into agents only (src/espruino/build/bundle.ts). */

/** Whether the agent's slot has room for the web update. */
declare const BOARD_WEB: boolean;
/** Whether it has room for the pull, too. */
declare const BOARD_PULL: boolean;
/** Bytes of the page that travels between the agent's resident code and its parts. */
declare const SLUICE_PAGE_LENGTH: number;
/** The agent knows windows and buttons (permit.ts). */
declare const BOARD_PERMIT: boolean;
/** Where each part of the agent ends, bytes behind its resident code (build/agent-parts.ts): six digits each. */
declare const SLUICE_PART_ENDS: string;
