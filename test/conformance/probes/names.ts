import type { Area } from "../probe.js";

/** Every name that the engine's own objects have: each is there, or is known by name to be missing. */
const ask = (expression: string): string =>
  `print(Object.getOwnPropertyNames(${expression}).filter(function(n) { return ["length", "name", "prototype", "constructor", "arguments", "caller"].indexOf(n) < 0; }).sort().join(" "));`;

const objects = [
  ..."E process console Math JSON Modules Object Array String Number Boolean Date Promise Function Error Pin".split(" "),
  ..."I2C SPI Serial OneWire Graphics Waveform".split(" "),
  ..."Object Array String Number Boolean Date Promise Function Error RegExp Pin Uint8Array ArrayBuffer DataView"
    .split(" ")
    .map((name) => `${name}.prototype`),
  ..."Storage Flash net http dgram crypto fs tls timer heatshrink".split(" ").map((name) => `require("${name}")`),
];

export const names: Area = {
  probes: Object.fromEntries(objects.map((object) => [object, ask(object)])),
};
