import { ota } from "sluice/espruino";

/** As much memory as a garden leaves on a board with 2,771 variables: once there is a name, no image fits beside it. */
const kept: number[][] = [];

function eat(): void {
  while (process.memory().free > 1250) {
    const row: number[] = [];
    for (let i = 0; i < 20; i++) row[i] = i;
    kept[kept.length] = row;
  }
  print('sluice {"event":"eaten"}');
}

E.on("sluice", (event: { event: string }) => {
  if (event.event === "named") setTimeout(eat, 100);
});
ota.begin({});
