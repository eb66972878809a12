import { storageHeaderLength, storeFileName } from "../../../src/core/update/store.js";
import { now } from "../../../src/espruino/device/resident/clock.js";
import { load, partsBegin } from "../../../src/espruino/device/resident/load.js";
import { lookAfterName, newName, sayGoodbye } from "../../../src/espruino/device/resident/name.js";
import { Part, type Resident } from "../../../src/espruino/device/resident/resident.js";

/** Put in by the test; the part is the agent's for names, built by itself. */
declare const TEST_ADDRESS: string;
declare const TEST_PART: string;
declare const globalThis: { testPartEnds: string };

const partCode = TEST_PART;
let ends = "";
for (let part = 0; part <= Part.Names; part++) {
  let end = `${part < Part.Names ? 0 : partCode.length}`;
  while (end.length < 6) end = ` ${end}`;
  ends += end;
}
globalThis.testPartEnds = ends;
require("Storage").write(storeFileName, partCode);
Modules.addCached(
  "Wifi",
  `exports.getIP=function(){return{ip:${JSON.stringify(TEST_ADDRESS)},netmask:"255.255.255.0"}}`,
);

/** As much of the agent as a name needs. */
const agent = {
  boot: { appName: "garden@2.0.0" },
  opts: { hostname: "garden" },
  free: false,
  port: 3232,
  path: "",
  now: now,
  notify: (event: object) => print(`#${JSON.stringify(event)}`),
  load: load,
} as unknown as Resident;
partsBegin(agent, storageHeaderLength);
const name = newName(agent);
setInterval(() => lookAfterName(agent, name), 100);
// By then the responder has been unloaded: it comes back for its goodbye.
setTimeout(() => {
  sayGoodbye(agent, name);
  print("#bye");
}, 16000);
