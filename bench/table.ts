/** One line of what was measured. */
export interface Row {
  readonly what: string;
  /** "1,234 instructions a byte", "210 MB/s". */
  readonly measured: string;
  /** Against the line that it is compared with; undefined for that line itself. */
  readonly ratio: string | undefined;
}

/** A table of Markdown, as docs/bench.md has them. */
export function table(title: string, against: string, rows: readonly Row[]): string {
  return [
    `### ${title}`,
    "",
    `| | this run | against ${against} |`,
    "|---|---|---|",
    ...rows.map(({ what, measured, ratio }) => `| ${what} | ${measured} | ${ratio ?? "1"} |`),
    "",
  ].join("\n");
}

/** "1/42", "3.1" */
export function ratioOf(value: number, base: number): string {
  const ratio = value / base;
  if (ratio >= 1) return ratio.toFixed(1);
  return ratio > 0.5 ? ratio.toFixed(2) : `1/${(1 / ratio).toFixed(1 / ratio < 10 ? 1 : 0)}`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
