/** The functions that keepInFlash has put into a comment, as code; chars stand where they stood. */
export interface FlashUnits {
  /** The script with the comment's functions as calls of one another, for a parser to read. */
  readonly code: string;
  /** Where each function begins. */
  readonly starts: ReadonlySet<number>;
}

const comment = /\/\*(\(.*\))([0-9a-z ]*)\*\//;

export function flashUnits(code: string): FlashUnits {
  const found = comment.exec(code);
  if (found === null) return { code, starts: new Set() };
  const [all, functions, table] = found;
  const opened = `  ${functions}${" ".repeat(table.length + 2)}`;
  // The functions follow one another, each in parentheses; their starts are the first four chars of every entry.
  const starts = (table.match(/.{9}/g) ?? []).map((entry) => Number.parseInt(entry.slice(0, 4), 36) + 1);
  return { code: code.replace(all, () => opened), starts: new Set(starts.filter((start) => start > 0)) };
}
