import { cloud } from "@devicescript/cloud";
import { _dcfgString, millis, sleep } from "@devicescript/core";
import { errorText } from "../../core/update/safe-state.js";
import { gatewayMessage, type ProgramMessage, topic } from "../messages.js";
import { safePinNumbers } from "./build-facts.js";
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
/** Since `begin`; nothing below uses it earlier. */
let agent: ProgramAgent;
let opened = false;
let online = false;

async function open(): Promise<void> {
  if (opened) return;
  opened = true;
  await keeper.open(Math.floor(millis()), configText("@version"));
}

async function begin(options: OtaOptions): Promise<void> {
  await open();
  const identity = { app: configText("@name"), version: configText("@version"), boots: keeper.boots };
  agent = new ProgramAgent(identity, options, safePinNumbers, note);
  cloud.onJson.subscribe(async (message) => {
    if (message[0] === topic) receive(message[1]);
  });
  serve.start();
  look.start();
}

function receive(json: string): void {
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
    for (const message of agent.take()) await send(message);
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

/** Without a gateway nothing is sent: when it is back it gets the current state. */
async function send(message: ProgramMessage): Promise<void> {
  if (online) await cloud.uploadJson(topic, JSON.stringify(message));
}

/** Of the program's own configuration. */
function configText(key: "@name" | "@version"): string {
  const text = _dcfgString(key);
  return text === undefined ? "" : text;
}

/** What an application on a DeviceScript board imports as `sluice/devicescript`. */
export const ota = {
  /**
   * Reads what the last start has left: `recall` and `startReason` know it from then on. `begin` does it too; an
   * application that needs them earlier calls it first.
   */
  open: open,
  /** Registers the application. Call it once, at start: without it no gateway can bring it to a safe state. */
  begin: begin,
  /** Keeps a text of up to 216 bytes, as JSON, across restarts and power cuts. Throws when it is longer. */
  remember: (text: string): void => keeper.remember(text),
  /** What was last remembered, or "". */
  recall: (): string => keeper.recall(),
  /** `garden@2.0.0`: what runs. */
  version: (): string => `${configText("@name")}@${configText("@version")}`,
  /** Why this program has started: "power-on", "update", "rollback", "restart", or "crash" after several in a row. */
  startReason: (): string => keeper.reason,
};
