/** A part of the agent: the file of device/parts and what of it becomes the part's `open`. */
export interface PartSource {
  readonly file: string;
  readonly name: string;
}

/** In the order of `Part` (device/resident/resident.ts), by file. */
const rows: readonly (readonly [string, string])[] = [
  ["auth", "challenge"],
  ["push", "transfer"],
  ["update", "update"],
  ["slots", "bundle"],
  ["slots", "bundled"],
  ["firmware", "firmware"],
  ["firmware", "stored"],
  ["firmware", "otaSwitch"],
  ["update", "trial"],
  ["update-mode", "notes"],
  ["update", "permit"],
  ["arming", "arming"],
  ["web", "page"],
  ["pull", "pull"],
  ["names", "names"],
  ["md5", "md5"],
  ["update", "words"],
  ["slots", "receive"],
  ["update-mode", "leave"],
  ["update-mode", "alone"],
  ["update", "policy"],
  ["web", "head"],
  ["web", "gateStep"],
  ["auth", "checkPassword"],
  ["web", "prepare"],
  ["web", "statusStep"],
  ["web", "answer"],
  ["web", "piece"],
  ["web", "uploadStep"],
  ["web", "form"],
  ["http-socket", "httpSocket"],
  ["auth", "md5OfText"],
  ["pull-plan", "pullPlan"],
  ["pull-plan", "pullSlot"],
  ["pull-facts", "pullFacts"],
  ["pull", "request"],
  ["pull", "responseHead"],
  ["pull", "pullAnswer"],
  ["pull", "redirect"],
  ["pull", "troubleStep"],
  ["pull-end", "pullEnd"],
  ["update-mode", "journal"],
  ["storage", "storage"],
  ["storage", "tidy"],
  ["signed", "release"],
  ["signed", "claim"],
  ["signed", "signature"],
  ["firmware", "firmwareEnd"],
];

export const partSources: readonly PartSource[] = rows.map(([file, name]) => ({ file, name }));
