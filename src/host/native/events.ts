import type { UploadEvent } from "../espota/events.js";

/** What the way through port 88 has besides an upload's own events. Sizes are bytes, slots 1 (user1) or 2 (user2). */
export type NativeEvent =
  /** Anybody in the network can do what follows; only our side asked for a password first. */
  | { readonly event: "open-port"; readonly port: number; readonly text: string }
  /** The agent told which slot is free, and the other image is taken. */
  | { readonly event: "other-slot"; readonly slot: number }
  | { readonly event: "native-writing"; readonly slot: number; readonly total: number }
  | { readonly event: "native-progress"; readonly sent: number; readonly total: number }
  /** All of it is in flash; the agent compares it now. */
  | { readonly event: "native-written"; readonly total: number }
  /** Verified: the chip is asked to start it. */
  | { readonly event: "native-restart"; readonly slot: number }
  /** The new firmware runs and the agent answers under it. */
  | { readonly event: "native-runs"; readonly slot: number }
  /** The new firmware runs without an answer of the agent's: the one before is started again. */
  | { readonly event: "native-back"; readonly slot: number };

export type AnyUploadEvent = UploadEvent | NativeEvent;

/** What every view and every log of such an upload has to say first. */
export const openPortText =
  "Espruino on the ESP8266 takes firmware at this port from anyone in the network, without a password; Sluice cannot close it. Keep such boards in a network of their own.";
