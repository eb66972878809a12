import { noProgram, type UploadEvent } from "./upload-event.js";

/** The line to print for each kind of event; undefined for none. */
export type EventWords<Event extends { readonly event: string }> = {
  readonly [Kind in Event["event"]]: (event: Extract<Event, { readonly event: Kind }>) => string | undefined;
};

/** Undefined also for an event that is not in the table: a gateway of a newer version may send some. */
export function eventWords<Event extends { readonly event: string }>(
  words: EventWords<Event>,
  event: Event,
): string | undefined {
  const line = words[event.event as Event["event"]] as ((event: Event) => string | undefined) | undefined;
  return line?.(event);
}

const safeWords = {
  program: "Safe",
  "nothing-runs": "No program runs on the board, nothing to make safe",
  force: "The program does not answer; going on by force, nobody knows whether the equipment is safe",
};

const uploadWords: EventWords<UploadEvent> = {
  invited: ({ address, port, size, hostAddress, hostPort, attempt }) =>
    attempt === 1
      ? `Inviting ${address}:${port} to fetch ${formatBytes(size)} from ${hostAddress}:${hostPort}`
      : `No answer yet, inviting again (${attempt})`,
  "auth-asked": ({ dialect }) =>
    `The board asks for the password (${dialect === "md5" ? "MD5" : "PBKDF2-SHA256"})`,
  "auth-failed": ({ again }) => (again ? "Not accepted, trying once more" : "The password was not accepted"),
  authenticated: () => "Authenticated",
  waiting: () => "Accepted, waiting for the board to connect",
  retry: ({ reason, after, attempt }) => `${reason} Waiting ${after} s (retry ${attempt})`,
  "not-now": ({ reason, left }) => `${reason} Waiting for it, ${formatSeconds(left)} at most`,
  stranger: ({ address }) => `Dropped a connection from ${address}, which was not invited`,
  connected: ({ address }) => `Connected from ${address}`,
  progress: () => undefined,
  sent: () => "Everything sent, waiting for the board to check and commit it",
  result: ({ milliseconds, bytesPerSecond }) =>
    `Done in ${(milliseconds / 1000).toFixed(1)} s (${formatBytes(bytesPerSecond)}/s)`,
  failed: ({ text }) => `Failed: ${text}`,
  unchanged: ({ sha256 }) => `The board has this program already (${sha256.slice(0, 8)})`,
  offline: ({ wait }) => `The board is not connected, waiting up to ${wait} s for it`,
  preparing: ({ board, size, attempt }) =>
    attempt === 1
      ? `Asking ${board} to make its equipment safe for ${formatBytes(size)}`
      : `Asking once more (${attempt})`,
  closing: ({ reason, wait }) => `${reason}, ${wait} s at most`,
  safe: ({ by }) => safeWords[by],
  "no-way-back": ({ sha256 }) =>
    `The gateway has no copy of the running program (${sha256.slice(0, 8)}) and could not bring it back`,
  writing: ({ size, address, attempt }) =>
    `Writing ${formatBytes(size)} to ${address}${attempt === 1 ? "" : `, once more (${attempt})`}`,
  verified: () => "The board has what was sent; starting it",
  mismatch: () => "The board has something else than was sent; it was taken away and never ran",
  trial: ({ wait }) => `On trial, ${wait} s at most`,
  hello: ({ app, version, healthy }) =>
    `${app} ${version} runs${healthy ? " and is well" : ", not well yet"}`,
  crashed: ({ count, text }) => `The new program ended (${count}): ${text}`,
  lost: () => "The connection to the board was lost, waiting for it to come back",
  back: ({ address }) => `The board is back, from ${address}`,
  returning: ({ sha256, reason }) =>
    sha256 === noProgram
      ? `Taking the new program away: ${reason}`
      : `Bringing the previous program back: ${reason}`,
  returned: ({ sha256 }) =>
    sha256 === noProgram ? "The board runs no program" : "The previous program runs again",
};

/** One line for people; undefined for what a progress bar shows better. */
export function describeEvent(event: UploadEvent): string | undefined {
  return eventWords(uploadWords, event);
}

/** `40 s`, `1 h 30 min`. */
function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return [hours > 0 ? `${hours} h` : "", minutes > 0 ? `${minutes} min` : ""]
    .filter((part) => part)
    .join(" ");
}

/** `812 B`, `12.3 KiB`, `1.4 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
