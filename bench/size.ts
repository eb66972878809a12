import { byteTable, type SizeTable } from "./size-bytes.js";
import { variableTable } from "./size-variables.js";

// `npm run size`: docs/size.md explains. Ends with 1 when something is over its budget (size-budget.ts).
const engine = process.env["ESPRUINO"] ?? "";
const tables: SizeTable[] = [await byteTable()];
if (engine === "") console.log("Variables on the real engine: skipped, ESPRUINO names no engine.\n");
else tables.push(await variableTable());
for (const { text } of tables) console.log(text);
const over = tables.flatMap((one) => one.over);
for (const line of over) console.error(`over budget: ${line}`);
process.exitCode = over.length > 0 ? 1 : 0;
