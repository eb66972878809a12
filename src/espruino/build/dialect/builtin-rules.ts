import type { AnyNode, MemberExpression } from "acorn";
import {
  builtinClasses,
  ignoredArguments,
  missingGlobals,
  missingMethods,
  missingStatics,
} from "./builtins.js";
import { isClass, isPlainFunction, keyName, type ReportFinding, walk } from "./nodes.js";
import { isGlobal, type Names, nodeAround, valueBehind } from "./scope.js";

/** Reports what the engine's library does not have. */
export function checkBuiltins(program: AnyNode, names: Names, report: ReportFinding): void {
  const own = ownMembers(program);
  for (const node of names.globals) {
    const instead = missingGlobals.get(node.name);
    // `typeof Map` only tests whether it exists.
    const parent = names.parents.get(node);
    if (instead && !(parent?.type === "UnaryExpression" && parent.operator === "typeof"))
      reportMissing(report, node, `\`${node.name}\``, instead);
  }
  for (const node of walk(program)) {
    if (node.type === "MemberExpression") checkMember(node, own, names, report);
    const base = isClass(node) ? node.superClass : undefined;
    if (base && isGlobal(names, base) && builtinClasses.has(base.name))
      report(
        base,
        "extends-builtin",
        `a class that extends \`${base.name}\``,
        "a class of your own with the fields you need",
      );
  }
}

function reportMissing(report: ReportFinding, node: AnyNode, what: string, instead: string): void {
  report(node, "builtin", `${what}, which the engine does not have`, instead);
}

function checkMember(
  node: MemberExpression,
  own: ReadonlySet<string>,
  names: Names,
  report: ReportFinding,
): void {
  const name = keyName(node, node.property);
  const { object } = node;
  if (name === undefined) return;
  const parent = names.parents.get(node);
  const written =
    (parent?.type === "AssignmentExpression" && parent.left === node) || parent?.type === "UpdateExpression";
  const path = isGlobal(names, object) ? `${object.name}.${name}` : "";
  const noStatic = missingStatics.get(path);
  const ignored =
    parent?.type === "CallExpression" && isGiven(parent.arguments[1])
      ? ignoredArguments.get(path)
      : undefined;
  const noMethod = own.has(name) ? undefined : missingMethod(node, name, parent, names);
  if (noStatic) reportMissing(report, node, `\`${path}\``, noStatic);
  else if (ignored)
    report(node, "ignored-argument", `the second argument of \`${path}\`, which the engine ignores`, ignored);
  else if (isPrototype(object, names) && !written && parent?.type === "MemberExpression")
    report(
      node,
      "prototype",
      `\`${object.object.name}.prototype.${name}\``,
      `\`[].${name}.call(…)\` or \`"".${name}.call(…)\``,
    );
  else if (name === "length" && written && object.type !== "ThisExpression")
    report(node, "length", "setting `length`", "a new array, or `splice`");
  else if (name === "length" && countsArguments(node, names))
    report(
      node,
      "arguments-length",
      "`arguments.length`, which counts missing arguments too",
      "compare the parameter with `undefined`",
    );
  else if (object.type === "Super" || written || path !== "") return;
  // `Object.entries`, `Object.values` and the like are no methods of an array, and so have a path.
  else if (noMethod) reportMissing(report, node, `the method \`${name}\``, noMethod);
}

function countsArguments({ object }: MemberExpression, names: Names): boolean {
  if (object.type !== "Identifier" || object.name !== "arguments") return false;
  const around = nodeAround(names, object, isPlainFunction);
  return around !== undefined && around.params.length > 0;
}

/** @returns what to write instead */
function missingMethod(
  node: MemberExpression,
  name: string,
  parent: AnyNode | undefined,
  names: Names,
): string | undefined {
  if (name === "constructor") return missingMethods.get(name);
  if (parent?.type !== "CallExpression" || parent.callee !== node) return undefined;
  // `search` of a OneWire bus takes a number.
  const [first] = parent.arguments;
  if (name === "search" && !(first?.type === "Literal" && typeof first.value !== "number")) return undefined;
  if (name === "slice" && isArrayBuffer(names, node.object)) return "`new Uint8Array(buffer).slice(…)`";
  return missingMethods.get(name) ?? missingMethods.get(`${name}/${parent.arguments.length}`);
}

function isGiven(argument: AnyNode | undefined): boolean {
  if (argument === undefined || (argument.type === "Literal" && argument.value === null)) return false;
  return (
    !(argument.type === "Identifier" && argument.name === "undefined") && argument.type !== "UnaryExpression"
  );
}

function isArrayBuffer(names: Names, node: AnyNode): boolean {
  const isBuffer = node.type === "MemberExpression" && keyName(node, node.property) === "buffer";
  const made = valueBehind(names, isBuffer ? node.object : node);
  if (made?.type !== "NewExpression" || made.callee.type !== "Identifier") return false;
  return isBuffer ? made.callee.name.endsWith("Array") : made.callee.name === "ArrayBuffer";
}

/** Object.prototype's methods are there; those of the other classes live nowhere that a script could name. */
function isPrototype(node: AnyNode, names: Names): node is MemberExpression & { object: { name: string } } {
  return (
    node.type === "MemberExpression" &&
    keyName(node, node.property) === "prototype" &&
    isGlobal(names, node.object) &&
    /^(Array|String|Number|Function)$/.test(node.object.name)
  );
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
