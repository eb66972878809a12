import { eventLine, formatLine } from "../board/event-line.js";
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
      const line = eventLine(shown);
      if (line !== undefined) options.out(`${formatLine(shown.t, line)}\n`);
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
