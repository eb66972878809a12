import { restart, sleep } from "@devicescript/core";
import { connect, type Socket } from "@devicescript/net";
import {
  type GardenPorts,
  recall,
  skipFor,
  startGarden,
  stopWatering,
  tickGarden,
  waterZone,
  wellness,
} from "../../../../devs/garden/lib/garden.js";
import type { Program } from "../../../../devs/garden/lib/program.js";
import { type SafeStep, safeStateOf } from "../../../../devs/garden/lib/safe-state.js";
import type { Plumbing } from "../../../../devs/garden/lib/waterworks.js";
import { errorText } from "../../../../src/core/update/safe-state.js";
import { engineBytes } from "./engine-bytes.js";
import { port } from "./garden-player-port.js";

/** Plays lives that the test's rig has recorded, line by line, and prints all that the garden does. */
interface Start {
  readonly plumbing: Plumbing;
  readonly program: Program;
  readonly recalled: string;
  readonly reason: string;
  readonly now: number;
}

let socket: Socket | undefined;
let did: string[] = [];
let now = 0;
let closed = "000";
let raining = false;
let minute = -1;
let pumping = false;
let steps: SafeStep[] = [];

function numberOf(text: string): number {
  // biome-ignore lint/correctness/useParseIntRadix: DeviceScript knows parseInt with one argument only
  return parseInt(text);
}

function note(what: string): void {
  did.push(`${now}:${what}`);
}

function drive(index: number, on: boolean): void {
  if (index > 0) note(`valve ${index} ${on ? "open" : "close"}`);
  else {
    pumping = on;
    note(`pump ${on ? "on" : "off"}`);
  }
}

function begin(start: Start): void {
  now = start.now;
  pumping = false;
  closed = "000";
  const ports: GardenPorts = {
    drive: drive,
    reads: (index) => (index > 0 ? closed.charAt(index - 1) === "1" : pumping),
    remember: (text) => note(`remember ${text}`),
    report: (event) => {
      if (event.event === "note") note(`note ${event.text}`);
      else note(`zone ${event.zone} ${event.state} ${event.program} ${event.secondsLeft}`);
    },
  };
  startGarden(start.plumbing, start.program, ports, now);
  recall(start.recalled, start.reason);
  steps = safeStateOf(start.plumbing.closeMs);
}

async function tick(line: string): Promise<void> {
  const words = line.split(" ");
  const count = numberOf(words[1]);
  closed = words[2];
  raining = words[3] === "1";
  minute = numberOf(words[4]);
  for (let i = 0; i < count; i++) {
    now += 100;
    tickGarden(now, raining, minute, 0);
    if (i % 20 === 19) await sleep(1);
  }
}

function call(line: string): unknown {
  const words = line.split(" ");
  const rest = line.slice(2);
  switch (words[0]) {
    case "M":
      return waterZone(numberOf(words[1]), numberOf(words[2]));
    case "S":
      stopWatering(rest);
      return undefined;
    case "K":
      skipFor(numberOf(words[1]));
      return undefined;
    case "H":
      return wellness();
    case "E":
      steps[numberOf(words[1])].enter();
      return undefined;
    case "C":
      return steps[numberOf(words[1])].check();
    default:
      steps[numberOf(words[1])].leave();
      return undefined;
  }
}

async function tell(): Promise<void> {
  const lines = did;
  did = [];
  for (const line of lines) if (socket !== undefined) await socket.send(`${line}\n`);
}

async function perform(line: string): Promise<void> {
  if (line.charAt(0) === "B") begin(JSON.parse(line.slice(2)) as Start);
  else if (line.charAt(0) === "T") await tick(line);
  else if (line.charAt(0) === "J") now += numberOf(line.slice(2));
  else if (line.charAt(0) === "X") did.push("X");
  else {
    try {
      const answer = call(line);
      note(`= ${answer}`);
    } catch (error) {
      note(`! ${errorText(error)}`);
    }
  }
  await tell();
}

const opened = await connect({ host: "127.0.0.1", port: port, proto: "tcp", timeout: 10000 });
socket = opened;
await opened.send("ready\n");
let rest = "";
while (true) {
  const piece = await opened.recv(60000);
  if (piece === undefined || piece === null) break;
  rest += engineBytes.toText(piece);
  for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    await perform(line);
  }
  // The next piece may come: the VM keeps all that it is sent in its small memory.
  await opened.send("more\n");
}
restart();
