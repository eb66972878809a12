/** How a program for tests behaves; each difference is a program of its own. */
export interface Behaviour {
  readonly version: string;
  /** Does not close its valve, and says so. */
  readonly refuses?: boolean;
  readonly unhealthy?: boolean;
  /** An exception that nobody catches, that many ms after the start. */
  readonly crashesAfter?: number;
  /** Says nothing at all. */
  readonly mute?: boolean;
}

/** A program that holds a valve open and speaks with the gateway (src/devicescript/messages.ts), as small as it can be. */
export function programText(how: Behaviour): string {
  const speak = `
async function say(message: any) {
  await publishMessage(topic, message)
}
async function hello() {
  await say({ say: "hello", app: "test", version: "${how.version}", healthy: ${!how.unhealthy}, why: "${how.unhealthy ? "no water" : ""}", boots: 1, upMs: ds.millis() })
}
async function close(id: string) {
  await valve.enabled.write(${how.refuses ?? false})
  const open = await valve.enabled.read()
  if (open) await say({ say: "refused", id: id, reason: "valve stays open", retryMs: 0 })
  else await say({ say: "ready", id: id })
}
subscribeMessage(topic, async (parsed: any) => {
  const message = gatewayMessage(parsed)
  if (message === undefined) return
  if (message.do === "report") await hello()
  else if (message.do === "prepare") await close(message.id)
  else {
    await valve.enabled.write(true)
    await say({ say: "released", id: message.id })
  }
})
if (await cloud.connected.read()) await hello()
cloud.connected.subscribe(async now => {
  if (now) await hello()
})`;
  return `import * as ds from "@devicescript/core"
import { cloud, publishMessage, subscribeMessage } from "@devicescript/cloud"
import { gatewayMessage, topic } from "./messages"
const valve = new ds.Relay("valve")
valve.binding().subscribe(async bound => {
  if (bound) await valve.enabled.write(true)
})
${how.mute ? 'const unused = [gatewayMessage, topic, cloud, publishMessage, subscribeMessage]\nconsole.log("mute", unused.length)' : speak}
${how.crashesAfter === undefined ? "" : `await ds.sleep(${how.crashesAfter})\nthrow new Error("on purpose")`}
`;
}
