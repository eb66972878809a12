import { BoardName } from "../../../src/espruino/device/board-name.js";
import { EngineClock } from "../../../src/espruino/device/engine-clock.js";

/** Put in by the test. */
declare const TEST_ADDRESS: string;

const name = new BoardName(
  new EngineClock(),
  (event) => print(`#${JSON.stringify(event)}`),
  () => ({ ip: TEST_ADDRESS, netmask: "255.255.255.0" }),
);
const facts = { host: "garden", port: 3232, auth: true, app: "garden@2.0.0", web: undefined };
setInterval(() => name.tick(() => facts), 100);
// By then the responder has been let go of: it comes back for its last words.
setTimeout(() => {
  name.goodbye();
  print("#bye");
}, 16000);
