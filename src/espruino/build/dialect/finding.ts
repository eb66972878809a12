import type { AnyNode } from "acorn";

/** One place in a script that Espruino cannot run, or runs differently. */
export interface DialectFinding {
  /** Stable name of the rule, e.g. `spread`. */
  readonly rule: string;
  /** What is wrong, without a full stop: "spread (`...`)". */
  readonly what: string;
  /** What to write instead, without a full stop. */
  readonly instead: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

export type Report = (node: AnyNode, rule: string, what: string, instead: string) => void;
