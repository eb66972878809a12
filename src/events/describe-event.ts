import { noProgram, type UploadEvent } from "./upload-event.js";

/** One line for people; undefined for what a progress bar shows better. */
export function describeEvent(event: UploadEvent): string | undefined {
  switch (event.event) {
    case "invited":
      return event.attempt === 1
        ? `Inviting ${event.address}:${event.port} to fetch ${formatBytes(event.size)} from ${event.hostAddress}:${event.hostPort}`
        : `No answer yet, inviting again (${event.attempt})`;
    case "auth-asked":
      return `The board asks for the password (${event.dialect === "md5" ? "MD5" : "PBKDF2-SHA256"})`;
    case "auth-failed":
      return event.again ? "Not accepted, trying once more" : "The password was not accepted";
    case "authenticated":
      return "Authenticated";
    case "waiting":
      return "Accepted, waiting for the board to connect";
    case "retry":
      return `${event.reason} Waiting ${event.after} s (retry ${event.attempt})`;
    case "not-now":
      return `${event.reason} Waiting for it, ${formatSeconds(event.left)} at most`;
    case "stranger":
      return `Dropped a connection from ${event.address}, which was not invited`;
    case "connected":
      return `Connected from ${event.address}`;
    case "progress":
      return undefined;
    case "sent":
      return "Everything sent, waiting for the board to check and commit it";
    case "result":
      return `Done in ${(event.milliseconds / 1000).toFixed(1)} s (${formatBytes(event.bytesPerSecond)}/s)`;
    case "failed":
      return `Failed: ${event.text}`;
    case "unchanged":
      return `The board has this program already (${event.sha256.slice(0, 8)})`;
    case "offline":
      return `The board is not connected, waiting up to ${event.wait} s for it`;
    case "preparing":
      return event.attempt === 1
        ? `Asking ${event.board} to make its equipment safe for ${formatBytes(event.size)}`
        : `Asking once more (${event.attempt})`;
    case "closing":
      return `${event.reason}, ${event.wait} s at most`;
    case "safe":
      return {
        program: "Safe",
        "nothing-runs": "No program runs on the board, nothing to make safe",
        force: "The program does not answer; going on by force, nobody knows whether the equipment is safe",
      }[event.by];
    case "no-way-back":
      return `The gateway has no copy of the running program (${event.sha256.slice(0, 8)}) and could not bring it back`;
    case "writing":
      return `Writing ${formatBytes(event.size)} to ${event.address}${event.attempt === 1 ? "" : `, once more (${event.attempt})`}`;
    case "verified":
      return "The board has what was sent; starting it";
    case "mismatch":
      return "The board has something else than was sent; it was taken away and never ran";
    case "trial":
      return `On trial, ${event.wait} s at most`;
    case "hello":
      return `${event.app} ${event.version} runs${event.healthy ? " and is well" : ", not well yet"}`;
    case "crashed":
      return `The new program ended (${event.count}): ${event.text}`;
    case "lost":
      return "The connection to the board was lost, waiting for it to come back";
    case "back":
      return `The board is back, from ${event.address}`;
    case "returning":
      return event.sha256 === noProgram
        ? `Taking the new program away: ${event.reason}`
        : `Bringing the previous program back: ${event.reason}`;
    case "returned":
      return event.sha256 === noProgram ? "The board runs no program" : "The previous program runs again";
  }
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
