import type { BoardEvent, EventListener } from "../board/events.js";

/** What the view asks of the board: our ports for its own. */
export interface BoardPorts {
  readonly udpPort: number | undefined;
  readonly httpPort: number | undefined;
}

export interface BoardViewOptions {
  readonly json: boolean;
  /** The web server was asked for: say where it is. */
  readonly web: boolean;
  readonly out: (text: string) => void;
}

/** Shows what happens on a board: one JSON object a line, or one sentence a line with the board's time. */
export function boardView(ports: BoardPorts, options: BoardViewOptions): EventListener {
  let wasReady = false;
  return (event) => {
    const shown = event.event === "ready" ? { ...event, ...reachable(ports, options.web) } : event;
    if (options.json) options.out(`${JSON.stringify(shown)}\n`);
    else if (shown.event === "ready" && !wasReady) options.out(`${readyLine(shown)}\n`);
    else {
      const text = eventText(shown);
      if (text !== undefined) options.out(`${(shown.t / 1000).toFixed(3).padStart(9)}  ${text}\n`);
    }
    wasReady ||= event.event === "ready";
  };
}

/** The agent knows the board's own ports; who wants to reach it needs ours. */
function reachable(ports: BoardPorts, web: boolean): Record<string, unknown> {
  return {
    ...(ports.udpPort === undefined ? {} : { udp: ports.udpPort }),
    ...(web && ports.httpPort !== undefined ? { http: ports.httpPort } : {}),
  };
}

function readyLine(event: BoardEvent): string {
  const http = event["http"] === undefined ? "" : ` http=${String(event["http"])}`;
  return `ready udp=${String(event["udp"])} app=${String(event["app"])} slot=${String(event["slot"])}${http}`;
}

/** One sentence on an event, or undefined where it is not worth a line of its own. */
export function eventText(event: BoardEvent): string | undefined {
  const of = (member: string): string => String(event[member] ?? "");
  switch (event.event) {
    case "start":
      return `started: ${of("reason")}`;
    case "reset":
      return `reset: ${of("reason")}`;
    case "hang":
      return "the firmware hangs; the watchdog bites";
    case "dark":
      return "power lost";
    case "console":
      return `| ${of("text")}`;
    case "ready":
      return `${readyLine(event)}${event["trial"] === true ? ", on trial" : ""}`;
    case "boot":
      return `boots ${of("app")} from slot ${of("slot")}${event["why"] ? ` (${of("why")})` : ""}`;
    case "invitation":
      return `invitation from ${of("from")}: ${of("size")} bytes`;
    case "authenticated":
      return `password right, ${of("from")}`;
    case "auth-failed":
      return `password wrong, ${of("from")}`;
    case "safe-state":
      return `safe state, ${of("step")}: ${of("text")}`;
    case "safe":
      return "safe";
    case "connected":
      return `connected to ${of("from")}`;
    case "progress":
      return progressText(event);
    case "verified":
      return `verified ${of("image")}, MD5 ${of("md5")}`;
    case "committed":
      return `committed ${of("image")}`;
    case "valve":
      return `valve ${of("name")}: ${of("state")}`;
    case "pump":
      return `pump ${of("state")}`;
    case "listening":
      return undefined;
    default:
      return otherText(event);
  }
}

/** The last one only: the rest would scroll everything else away. */
function progressText(event: BoardEvent): string | undefined {
  return event["done"] === event["total"] ? `written: ${String(event["total"])} bytes` : undefined;
}

function otherText({ t: _, event, ...members }: BoardEvent): string {
  const words = Object.values(members).filter((value) => value !== "" && typeof value !== "object");
  return [event, ...words.map(String)].join(" ");
}
