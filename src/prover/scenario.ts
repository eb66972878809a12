import type { Finding, World } from "./world.js";

/** What the layout's data says of a firmware update, or that the row is there for comparison only. */
export type Claim = "safe" | "not-power-safe" | "comparison";

/** One update path on one layout, as code on a world. Everything in it is deterministic. */
export interface Scenario {
  /** Name of the layout: a board's id, or a table that no board of ours has. */
  readonly layout: string;
  readonly path: string;
  readonly claim: Claim;
  /** A few words on what is cut, for the table. */
  readonly what: string;
  /** The board before: images in place and confirmed. Asked once. */
  readonly start: () => World;
  /** What the power is cut in. Leaves by PowerCut when it is. */
  readonly act: (world: World) => Finding[];
  /**
   * Power is back: starts, decides, resumes, confirms, sends the update again if it is not in.
   * @returns what is wrong with how it ended
   */
  readonly recover: (world: World) => Finding[];
}

export function scenarioId(scenario: Scenario): string {
  return `${scenario.layout}/${scenario.path}`;
}

/** Sets findings down in the order in which they were met, each once. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(private readonly world: World) {}

  add(kind: Finding["kind"], text: string): void {
    this.world.tell(`!! ${kind}: ${text}`);
    if (!this.list.some((one) => one.kind === kind && one.text === text)) this.list.push({ kind, text });
  }

  get any(): boolean {
    return this.list.length > 0;
  }
}
