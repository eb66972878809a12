import { arduinoText } from "../../../src/core/mdns/own-records.js";
import { EngineClock } from "../../../src/espruino/device/engine-clock.js";
import { NameService } from "../../../src/espruino/device/mdns.js";

/** Put in by the test. */
declare const TEST_ADDRESS: string;

const service = new NameService(
  new EngineClock(),
  (host, address) => print(`#named ${host} ${address}`),
  (why) => print(`#failed ${why}`),
);
const identity = {
  host: "garden",
  address: TEST_ADDRESS,
  netmask: "255.255.255.0",
  services: [{ type: "_arduino._tcp", port: 3232, text: arduinoText(true, BOARD_ID, "garden@2.0.0") }],
};
service.tell(identity);
setInterval(() => service.tell(identity), 500);
setTimeout(() => {
  service.goodbye();
  print("#bye");
}, 6000);
