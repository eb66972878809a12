import { deviceTable } from "./device.js";
import { hashTable, proverTable, serverTable } from "./host.js";

// `npm run bench`: everything in one run on one machine, so that only the ratios mean something. docs/bench.md explains.
const engine = process.env["ESPRUINO"] ?? "";
if (engine === "") console.log("An image byte on the real engine: skipped, ESPRUINO names no engine.\n");
else console.log(await deviceTable(engine));
console.log(hashTable());
console.log(proverTable());
console.log(await serverTable());
