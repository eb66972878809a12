import { ota } from "sluice/espruino";

ota.begin({});
const kept: number[][] = [];
setInterval(() => {
  for (let i = 0; i < 100; i++) kept.push([i, i, i, i]);
}, 20);
