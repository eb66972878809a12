import type { TimedUploadEvent } from "../host/espota/events.js";
import type { AnyUploadEvent } from "../host/native/events.js";
import { uploadView, type ViewOptions } from "./upload-view.js";

type Timed = AnyUploadEvent & { readonly at: number };

/** As uploadView, with what only the way through port 88 has. Its warning is said even when little is. */
export function nativeUploadView(options: ViewOptions): (event: Timed) => void {
  const plain = uploadView(options);
  let quarter = 0;
  return (event) => {
    const text = sentence(event);
    if (text === undefined) {
      plain(event as TimedUploadEvent);
      return;
    }
    if (options.json) {
      if (!options.quiet || event.event === "open-port") options.out(`${JSON.stringify(event)}\n`);
    } else if (event.event === "open-port") options.err(`Warning: ${text}\n`);
    else if (event.event === "native-progress") {
      const now = Math.floor((4 * event.sent) / event.total);
      if (now > quarter && !options.quiet) options.err(`${text}\n`);
      quarter = Math.max(quarter, now);
    } else if (!options.quiet) options.err(`${text}\n`);
  };
}

/** Undefined for the events that every upload has. */
function sentence(event: Timed): string | undefined {
  switch (event.event) {
    case "open-port":
      return `port ${event.port}: ${event.text}`;
    case "other-slot":
      return `user${event.slot} is free, taking its image`;
    case "native-writing":
      return `The equipment is safe; Espruino's updater writes user${event.slot}`;
    case "native-progress":
      return `${Math.floor((100 * event.sent) / event.total)} % given to port 88`;
    case "native-written":
      return "Written; the agent compares flash with the image";
    case "native-restart":
      return `Verified; restarting into user${event.slot}`;
    case "native-runs":
      return `user${event.slot} runs, and the agent answers under it`;
    case "native-back":
      return `Nothing of Sluice answers under it: starting user${event.slot} again`;
    default:
      return undefined;
  }
}
