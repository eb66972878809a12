export { noProgram } from "../../../events/upload-event.js";

/** A program by what identifies it. */
export interface ProgramRef {
  /** 64 lower-case hex digits; what GET_HASH answers when the board has it. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface Reason {
  readonly code: string;
  readonly text: string;
}

/**
 * An update that has touched the board. Kept in the state folder from before the first byte until either the new program
 * has proved itself or the previous one is back, so that neither a power cut nor an end of the gateway leaves it open.
 */
export interface Task {
  readonly wanted: ProgramRef;
  /** What ran before, if the gateway has it. */
  readonly previous: ProgramRef | undefined;
  /** `write`: the slot may hold anything. `trial`: the new program is verified. `return`: it was given up. */
  readonly stage: "write" | "trial" | "return";
  /** How often writing was begun, in this stage. */
  readonly writes: number;
  /** How often the program on trial crashed, as the board told. */
  readonly crashes: number;
  /** How often its trial was begun: after each loss of the connection again. */
  readonly starts: number;
  /** Why it was given up; undefined unless `return`. */
  readonly reason: Reason | undefined;
}

/** What the gateway keeps of a board, besides its key. */
export interface BoardState {
  /** The program that proved itself last. */
  readonly good: ProgramRef | undefined;
  readonly task: Task | undefined;
}

export const freshState: BoardState = { good: undefined, task: undefined };
