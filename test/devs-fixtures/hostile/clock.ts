import { ota } from "sluice/espruino";

ota.begin({});
const year9999 = 253370764800;
let step = 0;
/** Times that a program may make of bad answers: none at all, long ago, far ahead, backwards. */
function setClock(): void {
  setTime([Number.NaN, 0, year9999, -1e9, 1e12, 1790000000, 1780000000][step % 7]);
  step++;
}
setClock();
setInterval(setClock, 300);
