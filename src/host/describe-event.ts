import { describeGatewayStep } from "../devicescript/gateway/update/describe-step.js";
import type { UploadEvent } from "./espota/events.js";
import { formatBytes } from "./format-bytes.js";

export { formatBytes };

/** One line for a person; undefined for what a progress bar shows better. */
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
    default:
      return describeGatewayStep(event);
  }
}

/** `40 s`, `1 h 30 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return [hours > 0 ? `${hours} h` : "", minutes > 0 ? `${minutes} min` : ""]
    .filter((part) => part)
    .join(" ");
}
