import { type AnyNode, parse } from "acorn";

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
  // They follow one another, each in parentheses: a call of a call of a call.
  const statement = parse(functions, { ecmaVersion: 2015 }).body[0];
  const starts = new Set<number>();
  let node: AnyNode | undefined = statement.type === "ExpressionStatement" ? statement.expression : undefined;
  while (node?.type === "CallExpression") {
    for (const one of node.arguments) starts.add(found.index + 2 + one.start);
    node = node.callee;
  }
  if (node !== undefined) starts.add(found.index + 2 + node.start);
  return { code: code.replace(all, () => opened), starts };
}
