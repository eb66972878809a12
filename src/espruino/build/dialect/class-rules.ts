import type { AnyNode, MemberExpression } from "acorn";
import { type AnyClass, isClass, isFunction, keyName, methodOf, type ReportFinding, walk } from "./nodes.js";
import { classBehind, lineage, lookUp, type Names, nodeAround } from "./scope.js";

/** Where Espruino's classes differ from the language's. */
export function checkClasses(program: AnyNode, names: Names, report: ReportFinding): void {
  const statics = staticMembers(program, names);
  const classes = [...statics.keys()];
  for (const node of walk(program)) {
    if (node.type === "ClassExpression" && mayBeSkipped(names, node))
      report(
        node,
        "skipped-class",
        "a class expression that the engine may have to skip, which it cannot",
        "a `class` declaration",
      );
    if (node.type === "Super") checkSuper(node, classes, names, report);
    if (node.type === "MemberExpression") checkInheritedStatic(node, names, statics, report);
    if (node.type === "Identifier") {
      const binding = names.bindings.get(node);
      const owner = binding?.declaration;
      const outside = binding && isClass(owner) && owner.id !== node ? binding.scope.parent : undefined;
      if (binding?.kind === "own-name" && outside && !lookUp(outside, binding.name))
        report(
          node,
          "class-own-name",
          `the class expression's own name \`${binding.name}\``,
          "a `class` declaration",
        );
    }
  }
}

/** The engine skips blocks by their brackets, but reads what else is not run, and runs the methods of a class in it. */
function mayBeSkipped(names: Names, expression: AnyNode): boolean {
  let node = expression;
  for (let above = names.parents.get(node); above; above = names.parents.get(above)) {
    if (above.type === "ArrowFunctionExpression") return above.body === node;
    if (above.type === "BlockStatement" || isFunction(above)) return false;
    if (above.type === "ConditionalExpression" || above.type === "IfStatement") return above.test !== node;
    if (above.type === "LogicalExpression" && above.right === node) return true;
    node = above;
  }
  return false;
}

function checkSuper(node: AnyNode, classes: readonly AnyClass[], names: Names, report: ReportFinding): void {
  const at = nodeAround(names, node, (one) => isClass(one) || isFunction(one));
  const method = at && names.parents.get(at);
  const member = names.parents.get(node);
  if (at?.type === "ArrowFunctionExpression") {
    report(node, "super-in-arrow", "`super` in an arrow function", "call it in the method itself");
  } else if (!method || method.type === "Property") {
    report(node, "super-in-object", "`super` in an object's method", "a class");
  } else if (member?.type === "MemberExpression") {
    const owner = nodeAround(names, member, isClass);
    const name = keyName(member, member.property) ?? "";
    if (owner && classes.some((other) => findsItself(names, other, owner, name)))
      report(
        node,
        "super-twice",
        `\`super.${name}\` in a class that is extended again: the engine finds the wrong method there`,
        "a method of another name for the shared part",
      );
  }
}

/**
 * The engine looks `super` up from the class of the object, not from the class of the method: for an object of a
 * class `other` below `owner`, it begins at the parent of `other`.
 */
function findsItself(names: Names, other: AnyClass, owner: AnyClass, name: string): boolean {
  const above = [...lineage(names, other)].slice(1);
  const between = above.slice(0, above.indexOf(owner) + 1);
  return between.some((at) => methodOf(at, name, false) !== undefined);
}

function checkInheritedStatic(
  node: MemberExpression,
  names: Names,
  statics: Statics,
  report: ReportFinding,
): void {
  const owner = classBehind(names, node.object);
  const name = keyName(node, node.property);
  if (!owner || name === undefined || statics.get(owner)?.has(name)) return;
  for (const { superClass } of lineage(names, owner)) {
    const above = classBehind(names, superClass);
    if (superClass?.type !== "Identifier" || !above || !statics.get(above)?.has(name)) continue;
    const what = `the static member \`${name}\` through a class that inherits it`;
    report(node, "inherited-static", what, `\`${superClass.name}.${name}\``);
    return;
  }
}

/** The names of static members, those assigned behind the class included. */
type Statics = ReadonlyMap<AnyClass, Set<string | undefined>>;

function staticMembers(program: AnyNode, names: Names): Statics {
  const statics = new Map<AnyClass, Set<string | undefined>>();
  for (const node of walk(program).filter(isClass)) {
    const own = node.body.body.filter((member) => member.type !== "StaticBlock" && member.static);
    statics.set(
      node,
      new Set(own.map((member) => ("key" in member ? keyName(member, member.key) : undefined))),
    );
  }
  for (const node of walk(program)) {
    if (node.type !== "AssignmentExpression" || node.left.type !== "MemberExpression") continue;
    const owner = classBehind(names, node.left.object);
    if (owner) statics.get(owner)?.add(keyName(node.left, node.left.property));
  }
  return statics;
}
