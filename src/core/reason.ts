/**
 * Why something is refused, before it becomes a Fault: for code that a board loads only when needed, which would carry
 * the table of all codes a second time.
 */
export interface Reason {
  /** `FaultNumber`. */
  readonly number: number;
  readonly text: string;
}
