import type { AnyNode, MemberExpression } from "acorn";
import { type AnyClass, isClass, isFunction, keyName, methodOf, type ReportFinding, walk } from "./nodes.js";
import { classBehind, lookUp, type Names, nodeAround } from "./scope.js";

/** Where Espruino's classes differ from the language's. */
export function checkClasses(program: AnyNode, names: Names, report: ReportFinding): void {
  const statics = staticMembers(program, names);
  for (const node of walk(program)) {
    if (node.type === "Super") checkSuper(node, names, report);
    if (node.type === "MemberExpression") checkInheritedStatic(node, names, statics, report);
    if (node.type === "Identifier") {
      const binding = names.bindings.get(node);
      const outside = binding && isClass(binding.declaration) ? binding.scope.parent : undefined;
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

function checkSuper(node: AnyNode, names: Names, report: ReportFinding): void {
  const at = nodeAround(names, node, (one) => isClass(one) || isFunction(one));
  const method = at && names.parents.get(at);
  const member = names.parents.get(node);
  if (at?.type === "ArrowFunctionExpression")
    report(node, "super-in-arrow", "`super` in an arrow function", "call it in the method itself");
  else if (!method || method.type === "Property")
    report(node, "super-in-object", "`super` in an object's method", "a class");
  else if (member?.type === "MemberExpression") checkSuperMember(member, names, report);
}

function checkSuperMember(member: MemberExpression, names: Names, report: ReportFinding): void {
  const owner = nodeAround(names, member, isClass);
  const name = keyName(member, member.property) ?? "";
  if (owner && names.classes.some((other) => findsItself(names, other, owner, name)))
    report(
      member.object,
      "super-twice",
      `\`super.${name}\` in a class that is extended again: the engine finds the wrong method there`,
      "a method of another name for the shared part",
    );
}

/**
 * The engine looks `super` up from the class of the object, not from the class of the method: for an object of a
 * class `other` below `owner`, it begins at the parent of `other`.
 */
function findsItself(names: Names, other: AnyClass, owner: AnyClass, name: string): boolean {
  let found = false;
  for (let at = classBehind(names, other.superClass); at; at = classBehind(names, at.superClass)) {
    found ||= methodOf(at, name, false) !== undefined;
    if (at === owner) return found;
  }
  return false;
}

function checkInheritedStatic(
  node: AnyNode,
  names: Names,
  statics: ReadonlySet<string>,
  report: ReportFinding,
): void {
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return;
  const binding = names.bindings.get(node.object);
  const name = keyName(node, node.property);
  const owner = classBehind(names, node.object);
  if (!owner?.superClass || !binding || name === undefined || statics.has(`${binding.name}.${name}`)) return;
  for (let above = owner.superClass; above.type === "Identifier"; ) {
    if (statics.has(`${above.name}.${name}`)) {
      const what = `the static member \`${name}\` through a class that inherits it`;
      report(node, "inherited-static", what, `\`${above.name}.${name}\``);
      return;
    }
    const next = classBehind(names, above)?.superClass;
    if (!next) return;
    above = next;
  }
}

/** `Class.member` of every static member, those assigned behind the class included. */
function staticMembers(program: AnyNode, names: Names): Set<string> {
  const statics = new Set<string>();
  for (const binding of new Set(names.bindings.values())) {
    if (!isClass(binding.value)) continue;
    for (const member of binding.value.body.body)
      if (member.type !== "StaticBlock" && member.static)
        statics.add(`${binding.name}.${keyName(member, member.key)}`);
  }
  for (const node of walk(program)) {
    if (node.type !== "AssignmentExpression" || node.left.type !== "MemberExpression") continue;
    const { object, property } = node.left;
    if (object.type === "Identifier" && classBehind(names, object))
      statics.add(`${object.name}.${keyName(node.left, property)}`);
  }
  return statics;
}
