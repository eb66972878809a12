import { ota } from "sluice/espruino";

/** A program that logs: two StorageFiles in turn, settings that are written again and again, and a file that stays. */
const storage = require("Storage");
const line = `${"0123456789".repeat(50)}\n`;
/** Bytes of a log after which the other one is begun anew. */
const longest = 15000;

let turn = 0;
let count = 0;

function logOnce(): void {
  const name = `log${turn}`;
  const file = storage.open(name, "a");
  file.write(line);
  if (file.getLength() > longest) {
    turn = 1 - turn;
    storage.open(`log${turn}`, "r").erase();
  }
  count++;
  if (count % 10 === 0) storage.writeJSON("beds", { count: count, zones: ["a", "b"] });
  if (count % 7 === 0) storage.write("state", `${count}`.repeat(100));
}

/** Typed at the console by tests. */
(globalThis as unknown as { logs: (times: number) => void }).logs = (times) => {
  for (let i = 0; i < times; i++) logOnce();
  print(`sluice ${JSON.stringify({ event: "logged", count: count })}`);
};

if (storage.read("kept") === undefined) storage.write("kept", "as it was");
ota.begin({});
