/** What the build puts into agents only (src/espruino/build/bundle.ts). */

/** Bytes of the page that travels between the agent's resident code and its parts. */
declare const SLUICE_PAGE_LENGTH: number;
/** Where each part of the agent ends, bytes behind the first: six characters a number (build/agent-parts.ts). */
declare const SLUICE_PART_ENDS: string;
