import { type Node, parse } from "acorn";

/**
 * Puts a counter at every place where a program can branch: functions, arms of if, ?:, &&, ||, ??, switch, loops, catch.
 *
 * V8 can count as well (Profiler.startPreciseCoverage), but handing over the counts takes longer than a hundred inputs,
 * so that it cannot tell which input of a batch came somewhere new, and its counts end no loop. These counters are the
 * bound on steps, too.
 */
export interface Instrumented {
  readonly code: string;
  readonly points: number;
}

/** Modules that run before the counters are there count nothing. */
const prologue = "let __hit = () => {}; globalThis.__count = (hit) => { __hit = hit; };\n";

interface Insertion {
  readonly at: number;
  readonly text: string;
}

type Tree = Node & { readonly [key: string]: unknown };

function isNode(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && typeof (value as Tree).type === "string";
}

/** Members of nodes that are run or not, depending on something. */
const arms: Readonly<Record<string, readonly string[]>> = {
  IfStatement: ["consequent", "alternate"],
  ConditionalExpression: ["consequent", "alternate"],
  LogicalExpression: ["right"],
  ForStatement: ["body"],
  ForOfStatement: ["body"],
  ForInStatement: ["body"],
  WhileStatement: ["body"],
  DoWhileStatement: ["body"],
  FunctionDeclaration: ["body"],
  FunctionExpression: ["body"],
  ArrowFunctionExpression: ["body"],
  CatchClause: ["body"],
};

/**
 * @param code a bundle of esbuild's, which has a comment with the file's path in front of each module
 * @param counts whether the branches of a file count
 */
export function instrument(code: string, counts: (file: string) => boolean): Instrumented {
  const opens: Insertion[] = [];
  const closes: Insertion[] = [];
  let points = 0;
  const modules = [...code.matchAll(/^\/\/ (\S+\.[jt]s)$/gm)].map((match) => ({
    at: match.index,
    counts: counts(match[1]),
  }));

  function countArm(arm: Tree): void {
    const hit = `__hit(${points++})`;
    if (arm.type === "BlockStatement") opens.push({ at: arm.start + 1, text: `${hit};` });
    else if (arm.type.endsWith("Statement") || arm.type.endsWith("Declaration")) {
      opens.push({ at: arm.start, text: `{${hit};` });
      closes.push({ at: arm.end, text: "}" });
    } else {
      opens.push({ at: arm.start, text: `(${hit},` });
      closes.push({ at: arm.end, text: ")" });
    }
  }

  function visit(node: Tree): void {
    // Opened from the outside in; what closes at the same place closes from the inside out.
    const closed = closes.length;
    for (const member of arms[node.type] ?? []) {
      const arm = node[member];
      if (isNode(arm)) countArm(arm);
    }
    const own = closes.splice(closed);
    if (node.type === "SwitchCase") {
      const [first] = node.consequent as Tree[];
      if (first !== undefined) opens.push({ at: first.start, text: `__hit(${points++});` });
    }
    for (const value of Object.values(node))
      if (Array.isArray(value)) value.filter(isNode).forEach(visit);
      else if (isNode(value)) visit(value);
    closes.push(...own);
  }

  const tree = parse(code, { ecmaVersion: "latest", sourceType: "module" }) as unknown as Tree;
  for (const statement of tree.body as Tree[])
    if (modules.filter(({ at }) => at <= statement.start).at(-1)?.counts === true) visit(statement);
  return { code: prologue + inserted(code, closes, opens), points };
}

function inserted(code: string, closes: readonly Insertion[], opens: readonly Insertion[]): string {
  // `sort` keeps the order of what is equal.
  const all = [...closes, ...opens].sort((one, other) => one.at - other.at);
  const parts: string[] = [];
  let at = 0;
  for (const one of all) {
    parts.push(code.slice(at, one.at), one.text);
    at = one.at;
  }
  return parts.join("") + code.slice(at);
}
