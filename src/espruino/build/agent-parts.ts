import type { Board } from "../../../boards/index.js";
import type { Script, ScriptRequest } from "./bundle-script.js";

/** The parts of the agent, files of device/parts, in the order of `Part` (device/resident/parts.ts). */
export const partNames = [
  "challenge",
  "transfer",
  "update",
  "bundle",
  "bundled",
  "firmware",
  "stored",
  "switch",
  "trial",
  "notes",
  "permit",
  "arming",
  "door",
  "pull",
  "names",
  "md5",
  "words",
  "receive",
  "leave",
  "alone",
  "policy",
  "head",
  "gate",
  "password",
  "prepare",
  "status",
  "answer",
  "piece",
  "upload",
  "form",
  "http-socket",
  "md5-hex",
  "pull-plan",
  "pull-slot",
  "pull-facts",
  "pull-request",
  "pull-head",
  "pull-answer",
  "pull-redirect",
  "pull-trouble",
  "pull-end",
] as const;

export type PartName = (typeof partNames)[number];

export interface AgentParts {
  /** One behind the other, as they lie behind the agent's resident code. */
  readonly code: string;
  /** Where each ends, bytes from the beginning of the first. */
  readonly ends: readonly number[];
}

/** @param leftOut parts that this board's agent never loads */
export async function agentParts(
  board: Board,
  define: Readonly<Record<string, string>>,
  leftOut: ReadonlySet<PartName>,
  build: (name: PartName, request: Omit<ScriptRequest, "entry">) => Promise<Script>,
): Promise<AgentParts> {
  const codes = await Promise.all(
    partNames.map(async (name) =>
      leftOut.has(name) ? "" : (await build(name, { kind: "part", board, define })).code,
    ),
  );
  const ends: number[] = [];
  for (const code of codes) ends.push((ends.at(-1) ?? 0) + code.length);
  return { code: codes.join(""), ends };
}
