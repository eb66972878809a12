import type { Line } from "../board/event-line.js";
import type { UploadEvent } from "../host/index.js";

/** What only the uploader sees. */
export function uploadLine(event: UploadEvent): Line | undefined {
  switch (event.event) {
    case "auth-asked":
      return { who: "upload", what: "the board asks for the password; a challenge goes back and forth" };
    case "waiting":
      return { who: "upload", what: "the board says OK" };
    case "result":
      return {
        who: "upload",
        what: `the board says OK, after ${(event.milliseconds / 1000).toFixed(1)} s in all`,
      };
    case "failed":
      return { who: "upload", what: `failed: ${event.text}` };
    default:
      return undefined;
  }
}
