import { type BuiltResult, builtLayout } from "./built/proof.js";
import { type FaultResult, isFaultless } from "./faults.js";
import { type CounterExample, isClean, type Level, noCounts, type PathResult, total } from "./result.js";
import { findingKinds } from "./scenario.js";
import { distinct } from "./state-table.js";

/** Columns behind the layout and the path; the rest of the kinds never happened or is named in the examples. */
const columns: readonly (readonly [string, (result: PathResult) => string])[] = [
  ["operations", (r) => String(r.operations)],
  ["cuts", (r) => grouped(r.levels[0].cuts) + (r.exhaustive < 1 ? " (sample)" : "")],
  ["further cuts", (r) => grouped(furtherCuts(r))],
  ["in a row", (r) => (r.exhaustive < r.depth ? `${r.depth} (all of ${r.exhaustive})` : String(r.depth))],
  ["states", (r) => grouped(r.boards.length)],
  ["bricks", (r) => share(r, "brick")],
  ["unverified boots", (r) => share(r, "unverified")],
  ["lost versions", (r) => share(r, "lost")],
  ["downgrades", (r) => share(r, "downgrade")],
  ["un-installed", (r) => share(r, "uninstalled")],
  ["neither in nor repeatable", (r) => share(r, "stuck")],
  ["verdict", verdict],
];

function furtherCuts({ levels }: PathResult): number {
  return levels.slice(1).reduce((sum, { cuts }) => sum + cuts, 0);
}

/** "0", or the first cuts that did it and the further ones: "187 + 161,674". */
function share(result: PathResult, kind: Parameters<typeof total>[1]): string {
  if (total(result, kind) === 0) return "0";
  const first = result.levels[0].counts[kind];
  return `${grouped(first)} + ${grouped(total(result, kind) - first)}`;
}

export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function verdict(result: PathResult): string {
  if (isClean(result)) return "safe";
  return result.claim === "safe" ? "FAILS" : "not power-safe";
}

/** A layout that is called safe and is not: what the exit code is about. */
export function isBroken(result: PathResult): boolean {
  return result.claim === "safe" && !isClean(result);
}

function cells(result: PathResult): string[] {
  return columns.map(([, cell]) => cell(result));
}

/** Lines for a terminal, one table a layout. */
export function printTable(results: readonly PathResult[]): string {
  let text = "";
  for (const layout of new Set(results.map((one) => one.layout))) {
    const rows = results.filter((one) => one.layout === layout);
    const table = [
      ["path", ...columns.map(([name]) => name)],
      ...rows.map((one) => [one.path, ...cells(one)]),
    ];
    text += `\n${layout}\n${aligned(table)}`;
    for (const one of rows)
      for (const example of isBroken(one) ? one.examples : firstOfEach(one))
        text += `  ${example.kind}: ${example.text}\n    npx sluice prove --replay '${example.id}'\n`;
  }
  return text;
}

function aligned(table: readonly string[][]): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row: string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return table.map((row) => `  ${line(row)}\n`).join("");
}

const builtColumns: readonly (readonly [string, (result: BuiltResult) => string])[] = [
  ["path", (r) => r.path],
  ["operations", (r) => grouped(r.operations)],
  ["cuts", (r) => `${r.cuts} (sample)`],
  ["looks at the pins", (r) => grouped(r.looks)],
  ["verdict", (r) => (r.findings.length === 0 ? "safe" : "FAILS")],
];

/** What came of booting the built loader and agent, for a terminal. */
export function printBuilt(results: readonly BuiltResult[]): string {
  if (results.length === 0) return "";
  const table = [
    builtColumns.map(([name]) => name),
    ...results.map((one) => builtColumns.map(([, cell]) => cell(one))),
  ];
  const wrong = results.flatMap(({ path, findings }) =>
    findings.map(({ cut, kind, text }) => `  ${path} ${cut}, ${kind}: ${text}\n`),
  );
  return `\n${builtLayout}, the built loader and agent\n${aligned(table)}${wrong.join("")}`;
}

/** The same for the page. */
export function builtMarkdown(results: readonly BuiltResult[]): string {
  return markdown(
    builtColumns.map(([name]) => name),
    1,
    results.map((one) => builtColumns.map(([, cell]) => cell(one))),
  );
}

const faultColumns: readonly (readonly [string, (result: FaultResult) => string])[] = [
  ["faults", (r) => grouped(r.runs)],
  ["and a cut", (r) => grouped(r.cuts)],
  ["refused", (r) => grouped(r.refused)],
  ["bricks", (r) => grouped(r.counts.brick)],
  ["unverified boots", (r) => grouped(r.counts.unverified)],
  ["lost versions", (r) => grouped(r.counts.lost)],
  ["downgrades", (r) => grouped(r.counts.downgrade)],
  ["OK, but not in", (r) => grouped(r.counts.uninstalled)],
  ["not repeatable", (r) => grouped(r.counts.stuck + r.counts.outside)],
  ["verdict", (r) => (isFaultless(r) ? "safe" : "FAILS")],
];

/** What came of flash that fails, for a terminal. */
export function printFaults(results: readonly FaultResult[]): string {
  if (results.length === 0) return "";
  const table = [
    ["layout", "path", ...faultColumns.map(([name]) => name)],
    ...results.map((one) => [one.layout, one.path, ...faultColumns.map(([, cell]) => cell(one))]),
  ];
  const wrong = results.flatMap(({ layout, path, examples }) =>
    examples.map((text) => `  ${layout}/${path} ${text}\n`),
  );
  return `\nflash that fails\n${aligned(table)}${wrong.join("")}`;
}

/** The same for the page, the layouts of a path added up. */
export function faultMarkdown(results: readonly FaultResult[]): string {
  const paths = [...new Set(results.map(({ path }) => path))];
  const rows = paths.map((path) => {
    const alike = results.filter((one) => one.path === path);
    const counts = noCounts();
    for (const kind of findingKinds) for (const one of alike) counts[kind] += one.counts[kind];
    const sum = (of: (one: FaultResult) => number): number => alike.reduce((all, one) => all + of(one), 0);
    const [runs, cuts, refused] = [sum((one) => one.runs), sum((one) => one.cuts), sum((one) => one.refused)];
    const all = { ...alike[0], runs, cuts, refused, counts };
    return [`${path} (${alike.length})`, ...faultColumns.map(([, cell]) => cell(all))];
  });
  return markdown(["path (layouts)", ...faultColumns.map(([name]) => name)], 1, rows);
}

export function markdown(head: readonly string[], names: number, rows: readonly string[][]): string {
  const rule = head.map((_, index) => (index < names ? "---" : "---:"));
  return [head, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** One Markdown table; layouts whose rows are alike in everything share them. */
export function markdownTable(results: readonly PathResult[]): string {
  const merged = new Map<string, { layouts: string[]; path: string; cells: string[] }>();
  for (const result of together(results)) {
    const row = cells(result);
    const key = [result.path, ...row].join("|");
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { layouts: [result.layout], path: result.path, cells: row });
    else known.layouts.push(result.layout);
  }
  const head = ["layout", "path", ...columns.map(([name]) => name)];
  const rows = [...merged.values()].map((row) => [row.layouts.join(", "), row.path, ...row.cells]);
  return markdown(head, 2, rows);
}

function firstOfEach({ examples }: PathResult): CounterExample[] {
  return examples.filter((one, index) => examples.findIndex(({ kind }) => kind === one.kind) === index);
}

/**
 * Samples whose first cuts came to the same count as one where only addresses differ: what was found beyond them is
 * added up.
 */
function together(results: readonly PathResult[]): PathResult[] {
  const key = (one: PathResult): string =>
    [
      one.path,
      one.operations,
      one.exhaustive,
      one.levels[0].cuts,
      JSON.stringify(one.levels[0].counts),
    ].join();
  return results.map((one) => {
    if (one.exhaustive === one.depth) return one;
    const alike = results.filter((other) => key(other) === key(one));
    const further: Level = { cuts: 0, states: 0, counts: noCounts() };
    for (const { cuts, counts } of alike.flatMap(({ levels }) => levels.slice(1))) {
      further.cuts += cuts;
      for (const kind of findingKinds) further.counts[kind] += counts[kind];
    }
    const boards = distinct(alike.map((other) => other.boards));
    return { ...one, levels: [one.levels[0], further], boards };
  });
}

export interface Totals {
  readonly cuts: number;
  /** Different ones, over all paths. */
  readonly states: number;
  /** ms of work, over all threads. */
  readonly milliseconds: number;
}

export function totals(results: readonly PathResult[]): Totals {
  const sum = (of: (one: PathResult) => number): number => results.reduce((all, one) => all + of(one), 0);
  return {
    cuts: sum((one) => one.levels[0].cuts + furtherCuts(one)),
    states: distinct(results.map(({ boards }) => boards)).length,
    milliseconds: sum((one) => one.milliseconds),
  };
}
