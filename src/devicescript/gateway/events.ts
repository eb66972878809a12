import type { UploadEvent } from "../../events/upload-event.js";

/** What a gateway tells of itself; `sluice gateway --json` prints these, so fields are only ever added. */
export type GatewayEvent =
  | { readonly event: "connected"; readonly board: string; readonly id: string; readonly address: string }
  | { readonly event: "disconnected"; readonly board: string; readonly text: string }
  /** Somebody who came as a board and may not. */
  | {
      readonly event: "refused";
      readonly id: string;
      readonly address: string;
      readonly code: "WRONG_KEY" | "NO_SUCH_BOARD" | "TOO_MANY_ATTEMPTS" | "BAD_HANDSHAKE";
      readonly text: string;
    }
  | { readonly event: "update"; readonly board: string; readonly step: UploadEvent }
  | { readonly event: "log"; readonly board: string; readonly text: string }
  | { readonly event: "exception"; readonly board: string; readonly text: string }
  /** By cable. */
  | { readonly event: "learned"; readonly board: string; readonly id: string }
  | { readonly event: "rotated"; readonly board: string }
  | { readonly event: "trouble"; readonly text: string };

export type TellGateway = (event: GatewayEvent) => void;
