import { byteTable, type SizeTable } from "./size-bytes.js";
import { engineIn } from "./size-engines.js";
import { fiftyTable } from "./size-fifty.js";
import { esp32Plan, stackTable, variableTable } from "./size-variables.js";

// `npm run size`: docs/size.md explains. Ends with 1 when something is over its budget (size-budget.ts).
const over: string[] = [];

function show(table: SizeTable): void {
  console.log(table.text);
  over.push(...table.over);
}

function skipped(what: string, name: string): void {
  console.log(`${what}: skipped, ${name} names no engine.\n`);
}

show(await byteTable());
const esp32 = engineIn("ESPRUINO_32_14") ?? engineIn("ESPRUINO");
if (esp32 === undefined) skipped("Variables and what updates leave behind", "ESPRUINO_32_14");
else {
  show(await variableTable(esp32, { ...esp32Plan, held: esp32.block === 14 }));
  show(await fiftyTable(esp32));
}
const stack = engineIn("ESPRUINO_32_STACK");
if (stack?.countsStack !== true) skipped("C stack", "ESPRUINO_32_STACK");
else show(await stackTable(stack, esp32Plan));
for (const line of over) console.error(`over budget: ${line}`);
process.exitCode = over.length > 0 ? 1 : 0;
