import { playYears, type YearsReport } from "./years.js";

/** `npm run garden:years`: the table of docs/garden.md. */
const days = 3650;

const rows: [string, (report: YearsReport) => string][] = [
  ["power cuts, in storms down to every few seconds", (it) => whole(it.cuts)],
  ["brown-outs when the pump starts", (it) => whole(it.brownOuts)],
  ["updates, refused ones", (it) => `${whole(it.updates)}, ${whole(it.refusedUpdates)}`],
  ["crashes", (it) => whole(it.crashes)],
  ["deep sleeps", (it) => whole(it.sleeps)],
  ["valves stuck for hours", (it) => whole(it.stuckValves)],
  ["clock set wrong, by up to 11 h", (it) => whole(it.clockJumps)],
  ["starts of the pump", (it) => whole(it.pumpStarts)],
  ["records written to flash", (it) => whole(it.records)],
  ["water planned, given", (it) => `${whole(it.plannedLitres)} l, ${whole(it.litres)} l`],
  [
    "**most that a zone got beyond its day's plan**",
    (it) => `**${Math.max(it.worstExcess, 0).toFixed(1)} l**`,
  ],
  ["**zone-days with more than the plan and one closing valve**", (it) => `**${it.floods}**`],
  ["**pump against closed valves, two zones, water during an update**", (it) => `**${it.violations}**`],
  ["zone-days that got 90 % or more, without rain", (it) => `${Math.round(it.watered * 100)} %`],
];

function whole(value: number): string {
  return value.toLocaleString("en-US");
}

const reports = [false, true].map((clockJumps) => playYears({ days, seed: 2026, clockJumps }));
console.log("| ten years, seed 2026 | clock right | clock set wrong, too |\n| --- | ---: | ---: |");
for (const [what, value] of rows) console.log(`| ${what} | ${reports.map(value).join(" | ")} |`);
