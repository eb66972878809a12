import type { AnyNode } from "acorn";
import { callsAtOnce } from "./builtins.js";
import { isFunction, keyName, type ReportFinding, walk } from "./nodes.js";
import { type Binding, type Names, nodeAround } from "./scope.js";

/** Where a closure finds other variables on Espruino than the language defines. */
export function checkClosures(program: AnyNode, names: Names, report: ReportFinding): void {
  for (const node of walk(program)) {
    if (!isFunction(node)) continue;
    const seen = new Set<Binding>();
    for (const reference of walk(node)) {
      const binding = names.bindings.get(reference);
      if (!binding || seen.has(binding) || binding.scope.node.start >= node.start) continue;
      seen.add(binding);
      if (isLoopHead(binding) && !runsAtOnce(node, names))
        report(
          reference,
          "loop-closure",
          `a closure over the loop variable \`${binding.name}\`, which all rounds share`,
          "`const` of another name inside the loop, or `forEach`",
        );
      if (isUnseenInBlock(node, binding))
        report(
          reference,
          "block-closure",
          `\`${binding.name}\`, which this function cannot see: nothing was declared in the block before the function`,
          "declare it above the function",
        );
    }
    if (node.type === "ArrowFunctionExpression") checkArguments(node, names, report);
  }
}

function isLoopHead({ scope, kind, declaration }: Binding): boolean {
  if (kind !== "let" && kind !== "const") return false;
  const { node } = scope;
  if (node.type === "ForStatement") return node.init === declaration;
  return (node.type === "ForOfStatement" || node.type === "ForInStatement") && node.left === declaration;
}

/** A function called where it stands, or given to a method like `forEach`, is over before the round is. */
function runsAtOnce(node: AnyNode, names: Names): boolean {
  const parent = names.parents.get(node);
  if (parent?.type !== "CallExpression") return false;
  if (parent.callee === node) return true;
  const { callee } = parent;
  return callee.type === "MemberExpression" && callsAtOnce.has(keyName(callee, callee.property) ?? "");
}

/** The engine makes a block's scope at its first `let`, `const` or `class`; a function made before that misses it. */
function isUnseenInBlock(node: AnyNode, { scope, kind, declaration }: Binding): boolean {
  if (scope.node.type !== "BlockStatement" || scope.parent === undefined || isFunction(scope.parent.node))
    return false;
  if (kind !== "let" && kind !== "const" && kind !== "class") return false;
  const first = scope.node.body.find(
    (statement) =>
      statement.type === "ClassDeclaration" ||
      (statement.type === "VariableDeclaration" && statement.kind !== "var"),
  );
  return declaration.start > node.start && first !== undefined && first.start > node.start;
}

function checkArguments(arrow: AnyNode, names: Names, report: ReportFinding): void {
  for (const name of names.globals)
    if (name.name === "arguments" && nodeAround(names, name, isFunction) === arrow)
      report(name, "arrow-arguments", "`arguments` in an arrow function", "named parameters");
}
