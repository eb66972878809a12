import { type Board, chips } from "../../../boards/index.js";
import { makeFlash } from "../../board/board-flash.js";
import type { NorFlash } from "../../board/nor-flash.js";
import { BundleKind, Engine, type SafePin } from "../../core/bundle/header.js";
import { decodeBundle, encodeBundle } from "../../espruino/build/encode-bundle.js";
import { chipImage } from "../../espruino/provision.js";
import { storePlace } from "../espruino-device.js";
import { makeEsp32 } from "../images.js";
import type { EspruinoPath } from "../paths/espruino-paths.js";
import type { Health } from "../scenario.js";

/** What can be updated on a board that runs Espruino. */
export type Subject = EspruinoPath["subject"];

/** Valves at these pins are shut at these levels, one of them at the other one than a floating pin may read. */
export const safePins: readonly SafePin[] = [
  { pin: 25, level: 0 },
  { pin: 26, level: 0 },
  { pin: 33, level: 1 },
];

/** Versions of each subject, by the names that they print. "older" lies in the slots that do not run: sound, but long replaced. */
export const versions: Readonly<Record<string, string>> = {
  older: "0.1.0",
  old: "0.2.0",
  next: "0.3.0",
  cure: "0.4.0",
};

/** What a sample is made with: the built agent, and a chip as a cable leaves it. */
export interface BuiltBoardCode {
  readonly board: Board;
  /** The agent's bundle, as `sluice build` makes it. */
  readonly agent: Uint8Array;
  /** All of the flash: built loader, agent and app "old" in the first slots, "older" in the second ones. */
  readonly chip: NorFlash;
}

/** @param agent bundle of the built agent; the loader is built for the chip */
export async function builtBoardCode(board: Board, agent: Uint8Array): Promise<BuiltBoardCode> {
  const content = await chipImage(board, {
    agent: image(board, agent, "agent", "old"),
    app: image(board, agent, "app", "old"),
    open: true,
    firmware: image(board, agent, "firmware", "old"),
  });
  const chip = makeFlash(board, content);
  const place = storePlace(board);
  if (place === undefined) throw new RangeError(`${board.id} does not run Espruino`);
  const { layout, address } = place;
  for (const subject of ["agent", "app"] as const)
    chip.program(address + layout[subject][1] * layout.blockLength, image(board, agent, subject, "older"));
  return { board, agent, chip };
}

/** An app, an agent or a firmware that prints its name where it starts. */
export function image(
  board: Board,
  agent: Uint8Array,
  subject: Subject,
  name: string,
  health: Health = "well",
): Uint8Array {
  const version = versions[name];
  if (subject === "firmware") return makeEsp32({ chip: 0, version, size: 6000 });
  const says = `print("${subject} ${name} runs");`;
  const fails = health === "throws" ? `throw new Error("${subject} ${name} throws");` : "";
  if (subject === "app") {
    // It waters from its first moment, so that there is something to make safe.
    const code = `(function(){var ota=require("sluice").ota;${says}print("notes "+ota.recall());digitalWrite(new Pin(26),1);ota.begin({});globalThis.ota=ota;globalThis.files=require("Storage");${fails}})();`;
    const kind = BundleKind.App;
    const family = chips[board.chip].family;
    const fields = {
      kind,
      engine: Engine.Espruino,
      family,
      name: "garden",
      version,
      agentVersion: "",
      safePins,
    };
    return encodeBundle(fields, Buffer.from(code.padEnd(3000, " "), "latin1"));
  }
  const { header, payload } = decodeBundle(agent);
  const front = Buffer.from(says + fails, "latin1");
  const fields = { ...header, version, startLength: header.startLength + front.length };
  return encodeBundle(fields, Buffer.concat([front, payload]));
}
