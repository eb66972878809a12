import { join } from "node:path";
import { packageRoot } from "../../../src/node/package-root.js";
import { compileDeviceScript } from "./compile.js";

/** What a program for tests does; all of one length, because they take each other's place in the image. */
export type Mode =
  | "normal-"
  /** Does not close its valve, and reports it. */
  | "refuses"
  | "unwell-"
  /** An uncaught exception, soon after the start. */
  | "crashes"
  /** Sends nothing at all. */
  | "silent-";

/** A program that holds a valve open and talks to the gateway (src/devicescript/messages.ts), as small as it can be. */
const source = `import * as ds from "@devicescript/core"
import { cloud, publishMessage, subscribeMessage } from "@devicescript/cloud"
import { gatewayMessage, topic } from "./messages"
const version = "version 1.0.0".slice(8)
const mode = "mode normal-".slice(5)
const valve = new ds.Relay("valve")
valve.binding().subscribe(async bound => {
  if (bound) await valve.enabled.write(true)
})
async function say(message: any) {
  if (mode !== "silent-") await publishMessage(topic, message)
}
async function hello() {
  const well = mode !== "unwell-"
  await say({ say: "hello", app: "test", version: version, healthy: well, why: well ? "" : "no water", boots: 1, upMs: ds.millis() })
}
async function close(id: string) {
  await valve.enabled.write(mode === "refuses")
  if (await valve.enabled.read()) await say({ say: "refused", id: id, reason: "valve stays open", retryMs: 0 })
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
cloud.connected.subscribe(async now => {
  if (now) await hello()
})
if (mode === "crashes") throw new Error("on purpose")
if (await cloud.connected.read()) await hello()
`;

/** The smallest program that reports how it is: few writes. It has no equipment, so it is always ready. */
const smallSource = `import * as ds from "@devicescript/core"
const version = "version 1.0.0".slice(8)
const cloud = new ds.CloudAdapter()
async function say(text: string) {
  await cloud.uploadJson("sluice", text)
}
async function hello() {
  await say('{"say":"hello","app":"small","version":"' + version + '","healthy":true,"boots":1}')
}
cloud.onJson.subscribe(async (message: string[]) => {
  const asked = JSON.parse(message[1])
  if (asked.do === "report") await hello()
  if (asked.do === "prepare") await say('{"say":"ready","id":"' + asked.id + '"}')
})
cloud.connected.subscribe(async now => {
  if (now) await hello()
})
`;

let compiled: Uint8Array | undefined;
let compiledSmall: Uint8Array | undefined;

export function smallProgram(version: string): Uint8Array {
  compiledSmall ??= compileDeviceScript("small", smallSource);
  const image = Buffer.from(compiledSmall);
  replace(image, "version 1.0.0", `version ${version}`);
  return new Uint8Array(image);
}

/**
 * The program with another version (5 characters) and mode. Compiled once: a DeviceScript image has no checksum, so the
 * two strings are replaced in it.
 */
export function testProgram(version: string, mode: Mode = "normal-"): Uint8Array {
  compiled ??= compileDeviceScript("test", source, join(packageRoot(), "src/devicescript/messages.ts"));
  const image = Buffer.from(compiled);
  replace(image, "version 1.0.0", `version ${version}`);
  replace(image, "mode normal-", `mode ${mode}`);
  return new Uint8Array(image);
}

function replace(image: Buffer, from: string, to: string): void {
  const at = image.indexOf(from, 0, "latin1");
  if (at < 0 || to.length !== from.length) throw new Error(`"${from}" cannot become "${to}"`);
  image.write(to, at, "latin1");
}
