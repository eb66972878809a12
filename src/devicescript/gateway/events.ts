import type { UploadEvent } from "../../events/upload-event.js";

export type RefusalCode = "WRONG_KEY" | "NO_SUCH_BOARD" | "TOO_MANY_ATTEMPTS" | "BAD_HANDSHAKE";

/** What happens at a gateway; `sluice gateway --json` prints these, so fields are only ever added. */
export type GatewayEvent =
  | { readonly event: "connected"; readonly board: string; readonly id: string; readonly address: string }
  | { readonly event: "disconnected"; readonly board: string; readonly text: string }
  /** A connection that is no known board's, or has no right key. */
  | {
      readonly event: "refused";
      readonly id: string;
      readonly address: string;
      readonly code: RefusalCode;
      readonly text: string;
    }
  | { readonly event: "update"; readonly board: string; readonly step: UploadEvent }
  | { readonly event: "log"; readonly board: string; readonly text: string }
  | { readonly event: "exception"; readonly board: string; readonly text: string }
  /** By cable. */
  | { readonly event: "learned"; readonly board: string; readonly id: string }
  | { readonly event: "rotated"; readonly board: string }
  | { readonly event: "trouble"; readonly text: string };

export type OnGatewayEvent = (event: GatewayEvent) => void;
