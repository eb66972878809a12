import { cloud } from "@devicescript/cloud";
import { _dcfgString, millis, sleep } from "@devicescript/core";
import { errorText } from "../../core/update/safe-state.js";
import { gatewayMessage, type ProgramMessage, topic } from "../messages.js";
import { safePins } from "./build-facts.js";
import { Keeper } from "./keeper.js";
import { type OtaOptions, ProgramAgent } from "./program-agent.js";

export type { SafeStep } from "../../core/update/safe-state.js";
export type { OtaOptions } from "./program-agent.js";

const tickMs = 100;
const lookMs = 1000;

function note(text: string): void {
  console.log(text);
}

const keeper = new Keeper();
let agent = new ProgramAgent({ app: "", version: "", boots: 0 }, note);
let opened = false;
let online = false;

/** What an application on a DeviceScript board imports as `sluice/devicescript`. */
export interface Ota {
  /**
   * Reads what the last start has left: `recall` and `startReason` know it from then on. `begin` does it too; an
   * application that wants to know earlier calls it first.
   */
  readonly open: () => Promise<void>;
  /** Registers the application. Call it once, at start: without it the gateway has nobody to ask for a safe state. */
  readonly begin: (options: OtaOptions) => Promise<void>;
  /** Keeps a text of up to 216 bytes, as JSON, across restarts and power cuts. Throws when it is longer. */
  readonly remember: (text: string) => void;
  /** What was last remembered, or "". */
  readonly recall: () => string;
  /** `garden@2.0.0`: what runs. */
  readonly version: () => string;
  /** Why this program has started: "power-on", "update", "rollback", "restart", or "crash" after several in a row. */
  readonly startReason: () => string;
  /** Takes a message of the gateway, as JSON. */
  readonly hear: (json: string) => void;
}

async function open(): Promise<void> {
  if (opened) return;
  opened = true;
  await keeper.open(Math.floor(millis()), ownVersion());
}

async function begin(options: OtaOptions): Promise<void> {
  await open();
  const identity = { app: ownName(), version: ownVersion(), boots: keeper.boots };
  agent = new ProgramAgent(identity, note);
  agent.begin(options, safePins);
  cloud.onJson.subscribe(async (message) => {
    if (message[0] === topic) hear(message[1]);
  });
  serve.start();
  look.start();
}

function hear(json: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    note(`no message: ${errorText(error)}`);
    return;
  }
  const message = gatewayMessage(parsed);
  if (message !== undefined) agent.receive(message, millis());
}

async function serve(): Promise<void> {
  while (true) {
    agent.tick(millis());
    // A "ready" must not overtake the note: after it the program may be stopped at any moment.
    await keeper.flush();
    for (const message of agent.take()) await say(message);
    await sleep(tickMs);
  }
}

async function look(): Promise<void> {
  while (true) {
    const connected = await cloud.connected.read();
    if (connected && !online) agent.connected(millis());
    online = connected;
    await sleep(lookMs);
  }
}

/** Without a gateway nothing is said: when it comes back it hears where things stand. */
async function say(message: ProgramMessage): Promise<void> {
  if (online) await cloud.uploadJson(topic, JSON.stringify(message));
}

function ownName(): string {
  const name = _dcfgString("@name");
  return name === undefined ? "" : name;
}

function ownVersion(): string {
  const version = _dcfgString("@version");
  return version === undefined ? "" : version;
}

export const ota: Ota = {
  open: open,
  begin: begin,
  remember: (text) => keeper.remember(text),
  recall: () => keeper.recall(),
  version: () => `${ownName()}@${ownVersion()}`,
  startReason: () => keeper.reason,
  hear: hear,
};
