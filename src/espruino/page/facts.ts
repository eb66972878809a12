/** `GET …/status` (src/core/web/status.ts). */
export interface Status {
  readonly app: string;
  readonly slot: string;
  readonly agent: string;
  readonly trial: boolean;
  readonly board: string;
  readonly family: number;
  readonly chipId: number;
  /** Bytes. */
  readonly appSpace: number;
  /** 0 where firmware does not come over the air. */
  readonly firmwareSpace: number;
  readonly filesystemSpace: number;
  readonly state: "idle" | "preparing" | "prepared" | "writing" | "verified" | "restarting";
  readonly done: number;
  readonly total: number;
  readonly steps: readonly string[];
  /** Why no update may begin now, and after how many seconds a retry makes sense. */
  readonly refused: { readonly code: string; readonly text: string; readonly seconds: number } | null;
  readonly error: { readonly code: string; readonly text: string } | null;
}
