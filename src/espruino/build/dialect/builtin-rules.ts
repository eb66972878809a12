import type { AnyNode, MemberExpression } from "acorn";
import {
  builtinClasses,
  missingGlobals,
  missingMethodArguments,
  missingMethods,
  missingStatics,
} from "./builtins.js";
import type { Report } from "./finding.js";
import { keyName, walk } from "./nodes.js";
import type { Names } from "./scope.js";

/** Reports what the engine's library does not have. */
export function checkBuiltins(program: AnyNode, names: Names, report: Report): void {
  const globals = new Set<AnyNode>(names.globals);
  const own = ownMembers(program);
  for (const node of names.globals) {
    const instead = lookUp(missingGlobals, node.name);
    // `typeof Map` asks whether it is there, and may.
    const parent = names.parents.get(node);
    if (instead && !(parent?.type === "UnaryExpression" && parent.operator === "typeof"))
      report(node, "builtin", `\`${node.name}\`, which the engine does not have`, instead);
  }
  for (const node of walk(program)) {
    if (node.type === "MemberExpression") checkMember(node, globals, own, names, report);
    if ((node.type === "ClassDeclaration" || node.type === "ClassExpression") && node.superClass)
      checkSuperclass(node.superClass, globals, report);
  }
}

function checkMember(
  node: MemberExpression,
  globals: ReadonlySet<AnyNode>,
  own: ReadonlySet<string>,
  names: Names,
  report: Report,
): void {
  const name = keyName(node, node.property);
  const { object } = node;
  if (name === undefined) return;
  const parent = names.parents.get(node);
  const written =
    (parent?.type === "AssignmentExpression" && parent.left === node) || parent?.type === "UpdateExpression";
  if (object.type === "Identifier" && globals.has(object)) {
    const path = `${object.name}.${name}`;
    const instead = lookUp(missingStatics, path);
    if (instead) {
      report(node, "builtin", `\`${path}\`, which the engine does not have`, instead);
      return;
    }
  }
  if (isPrototype(object, globals) && !written && parent?.type === "MemberExpression") {
    report(
      node,
      "prototype",
      `\`${object.object.name}.prototype.${name}\``,
      `\`[].${name}.call(…)\` or \`"".${name}.call(…)\``,
    );
    return;
  }
  if (name === "length" && written && object.type !== "ThisExpression") {
    report(node, "length", "setting `length`", "a new array, or `splice`");
    return;
  }
  if (
    name === "length" &&
    object.type === "Identifier" &&
    object.name === "arguments" &&
    hasParameters(node, names)
  ) {
    report(
      node,
      "arguments-length",
      "`arguments.length`, which counts missing arguments too",
      "compare the parameter with `undefined`",
    );
    return;
  }
  if (object.type === "Super" || own.has(name) || written) return;
  const instead = lookUp(missingMethods, name);
  if (instead && isMissingMethod(node, name, parent) && !isGlobalObject(object, globals))
    report(node, "builtin", `the method \`${name}\`, which the engine does not have`, instead);
}

function isMissingMethod(node: MemberExpression, name: string, parent: AnyNode | undefined): boolean {
  if (name === "constructor") return true;
  if (parent?.type !== "CallExpression" || parent.callee !== node) return false;
  const count = Object.hasOwn(missingMethodArguments, name) ? missingMethodArguments[name] : undefined;
  return count === undefined || count === parent.arguments.length;
}

/** Object.prototype's methods are there; those of the other classes live nowhere that a script could name. */
function isPrototype(
  node: AnyNode,
  globals: ReadonlySet<AnyNode>,
): node is MemberExpression & { object: { name: string } } {
  return (
    node.type === "MemberExpression" &&
    keyName(node, node.property) === "prototype" &&
    node.object.type === "Identifier" &&
    globals.has(node.object) &&
    /^(Array|String|Number|Function)$/.test(node.object.name)
  );
}

/** `Object.entries`, `Object.values` and the like are no methods of an array. */
function isGlobalObject(node: AnyNode, globals: ReadonlySet<AnyNode>): boolean {
  return node.type === "Identifier" && globals.has(node);
}

function checkSuperclass(node: AnyNode, globals: ReadonlySet<AnyNode>, report: Report): void {
  if (node.type === "Identifier" && globals.has(node) && builtinClasses.has(node.name))
    report(
      node,
      "extends-builtin",
      `a class that extends \`${node.name}\``,
      "a class of your own with the fields you need",
    );
}

function hasParameters(node: AnyNode, names: Names): boolean {
  let at: AnyNode | undefined = node;
  while (at && at.type !== "FunctionDeclaration" && at.type !== "FunctionExpression")
    at = names.parents.get(at);
  return (at?.params.length ?? 0) > 0;
}

/** Names of all members that the script gives to its own objects and classes. */
function ownMembers(program: AnyNode): Set<string> {
  const own = new Set<string>();
  for (const node of walk(program)) {
    let name: string | undefined;
    if (node.type === "Property" || node.type === "MethodDefinition" || node.type === "PropertyDefinition")
      name = keyName(node, node.key);
    else if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression")
      name = keyName(node.left, node.left.property);
    if (name !== undefined && name !== "constructor") own.add(name);
  }
  return own;
}

function lookUp(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
