import type { OnServerEvent, ServerEvent } from "../server/events.js";

export interface ReadyFacts {
  readonly folder: string;
  readonly port: number;
  readonly address: string;
  readonly https: boolean;
  readonly open: boolean;
}

/** Prints what the server does: a line of words, or of JSON. */
export function serveView(options: { readonly json: boolean; readonly out: (text: string) => void }): {
  readonly event: OnServerEvent;
  readonly ready: (facts: ReadyFacts) => void;
} {
  const { json, out } = options;
  return {
    event: (event) => out(json ? `${JSON.stringify(event)}\n` : `${wordsOf(event)}\n`),
    ready: (facts) => out(json ? `${JSON.stringify({ event: "ready", ...facts })}\n` : readyWords(facts)),
  };
}

function readyWords({ folder, port, address, https, open }: ReadyFacts): string {
  const everywhere = address === "::" || address === "0.0.0.0";
  const host = everywhere ? "localhost" : address.includes(":") ? `[${address}]` : address;
  const lines = [`ready: ${folder} at ${https ? "https" : "http"}://${host}:${port}/`];
  if (open) lines.push("  open: everyone who reaches this port gets images and sees the table of boards");
  else if (!https)
    lines.push("  plain HTTP: tokens and passwords can be read in this network; --cert and --key end that");
  return `${lines.join("\n")}\n`;
}

function wordsOf(event: ServerEvent): string {
  switch (event.event) {
    case "answer": {
      const who = event.mac ?? event.address;
      const what = event.file === undefined ? "" : ` ${event.file}`;
      const why = event.text ? `: ${event.text}` : "";
      return `${who} ${event.status} ${event.row}${what}${why}`;
    }
    case "sent":
      return event.part === undefined
        ? `${event.mac} has all ${event.bytes} bytes of ${event.file}`
        : `${event.mac} has bytes ${event.part} of ${event.file}`;
    case "broken":
      return `${event.mac} broke off after ${event.bytes} bytes of ${event.file}`;
    case "changed":
      return `${event.mac} was cut off: ${event.file} changed`;
    case "outcome":
      return `${event.mac} ${event.file}: ${event.outcome}`;
    case "report":
      return `${event.mac} reports ${event.report}${event.code === undefined ? "" : ` ${event.code}`}`;
    case "images":
      return [
        `images: ${event.sound} to serve`,
        ...event.refused.map(({ file, text }) => `  not served: ${file}: ${text}`),
      ].join("\n");
    case "trouble":
      return `trouble: ${event.text}`;
  }
}
