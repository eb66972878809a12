import "@devicescript/gpio";
import { GPIOMode, gpio } from "@devicescript/core";
import { ota } from "sluice/devicescript";

/** A light-emitting diode and its resistor at GPIO 4. */
const led = gpio(4);
led.setMode(GPIOMode.OutputLow);
let on = false;

setInterval(async () => {
  on = !on;
  await led.write(on);
}, 500);

await ota.begin({});
