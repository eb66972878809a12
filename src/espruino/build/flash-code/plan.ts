import type { AnyNode, Program } from "acorn";
import { type AnyFunction, isClass, isFunction, keyName, walk } from "../dialect/nodes.js";
import { type Binding, type Names, referencesIn } from "../dialect/scope.js";
import { outwardNames } from "../short-names.js";
import {
  classToFlash,
  type FlashClass,
  type FlashMethod,
  type FlashObject,
  isConstant,
  isPlainFunction,
  objectToFlash,
} from "./members.js";

/** What of a script stays in flash until it is called. */
export interface FlashPlan {
  /** Nothing of the script but what it exports gets into other hands. */
  readonly whole: boolean;
  /** The statements of the program proper, inside of the function that wraps an app. */
  readonly home: AnyNode;
  readonly classes: ReadonlyMap<Binding, FlashClass>;
  readonly functions: ReadonlyMap<Binding, AnyFunction>;
  readonly objects: ReadonlyMap<Binding, FlashObject>;
  /** Numbers and short texts that are said where their name stood. */
  readonly constants: ReadonlyMap<Binding, AnyNode>;
  /** Names of the classes' methods. */
  readonly methodNames: ReadonlySet<string>;
  /** The method of a name, the first if there are several. */
  readonly methods: ReadonlyMap<string, FlashMethod<AnyNode>>;
  /** Those which objects other than instances of these classes may have, too. */
  readonly sharedNames: ReadonlySet<string>;
}

/**
 * Chooses the functions and classes of the outermost level that keep their meaning when a call evaluates them anew:
 * never assigned again, and classes which are only ever made (`new`). A class of an application with a method that the
 * agent or the engine may call is left alone: they would look for it in the object.
 * @param whole nothing of the script but what it exports gets into other hands: its object literals are its own
 */
export function planFlashCode(program: Program, names: Names, whole: boolean): FlashPlan {
  const home = homeOf(program);
  const all = walk(program);
  const uses = usesOf(program, names);
  const atHome = [...new Set(names.bindings.values())].filter(
    ({ scope, written }) => !written && (scope.node === home || scope.node === names.parents.get(home)),
  );
  const functions = new Map<Binding, AnyFunction>();
  const classes = new Map<Binding, FlashClass>();
  const objects = new Map<Binding, FlashObject>();
  const constants = new Map<Binding, AnyNode>();
  // A call by a computed name could mean any method.
  const anyName = all.some((node) => node.type === "CallExpression" && isComputed(node.callee));
  for (const binding of atHome) {
    const value = binding.value;
    if (value !== undefined && !isSayable(value)) continue;
    const nodes = uses.get(binding) ?? [];
    if (isFunction(value) && isPlainFunction(value) && isOnlyCalled(nodes, names))
      functions.set(binding, value);
    if (value !== undefined && isConstant(value, nodes.length)) constants.set(binding, value);
    if (whole && value?.type === "ObjectExpression") {
      const flashObject = objectToFlash(value, names);
      if (flashObject !== undefined) objects.set(binding, flashObject);
    }
    if (isClass(value) && !anyName && nodes.every((node) => isMade(node, names))) {
      const flashClass = classToFlash(value);
      const isOurs = whole || !flashClass?.methods.some(({ name }) => outwardNames().has(name));
      if (flashClass !== undefined && isOurs) classes.set(binding, flashClass);
    }
  }
  const owners = [...classes.values(), ...objects.values()];
  const methods = new Map(
    owners.flatMap((owner) => [...owner.methods].map((method) => [method.name, method] as const)).reverse(),
  );
  const methodNames = new Set(owners.flatMap(({ methods }) => methods.map(({ name }) => name)));
  const shared = sharedNames(all, new Set(owners.map(({ node }) => node)), methodNames);
  return { whole, home, classes, functions, objects, constants, methodNames, methods, sharedNames: shared };
}

/** Chars of a function, before its calls are rewritten, that its entry in the table can say for certain. */
const longest = 4000;

/** A regular expression that ends in a star, with the slash behind it, cannot be said in a comment. */
function isSayable(node: AnyNode): boolean {
  if (node.end - node.start > longest && isFunction(node)) return false;
  return !walk(node).some(
    (one) =>
      (one.type === "Literal" && one.regex?.pattern.endsWith("*")) ||
      (one.type === "MethodDefinition" && one.end - one.start > longest),
  );
}

/** Called, or handed on in a single place: what is handed on twice may be compared (`removeListener`). */
function isOnlyCalled(nodes: readonly AnyNode[], names: Names): boolean {
  const others = nodes.filter((node) => {
    const parent = names.parents.get(node);
    return parent?.type !== "CallExpression" || parent.callee !== node;
  });
  return others.length <= 1 && !others.some((node) => isMade(node, names));
}

/** The block of the function around an app, or the program itself. */
function homeOf(program: Program): AnyNode {
  const [first, second] = program.body.filter(({ type }) => type !== "EmptyStatement");
  if (
    second === undefined &&
    first?.type === "ExpressionStatement" &&
    first.expression.type === "CallExpression"
  ) {
    const { callee } = first.expression;
    if (callee.type === "FunctionExpression") return callee.body;
  }
  return program;
}

function usesOf(program: Program, names: Names): Map<Binding, AnyNode[]> {
  const uses = new Map<Binding, AnyNode[]>();
  for (const [node, binding] of referencesIn(names, program)) {
    const parent = names.parents.get(node);
    if (parent !== undefined && declares(parent, node)) continue;
    uses.set(binding, [...(uses.get(binding) ?? []), node]);
  }
  return uses;
}

/** Whether an identifier is the name in a declaration, not a use of it. */
export function declares(parent: AnyNode, node: AnyNode): boolean {
  return (
    ((parent.type === "VariableDeclarator" || isFunction(parent) || isClass(parent)) &&
      "id" in parent &&
      parent.id === node) ||
    (isFunction(parent) && parent.params.some((parameter) => parameter === node))
  );
}

function isMade(node: AnyNode, names: Names): boolean {
  const parent = names.parents.get(node);
  return parent?.type === "NewExpression" && parent.callee === node;
}

function isComputed(node: AnyNode): boolean {
  return (
    node.type === "MemberExpression" && keyName(node, node.property) === undefined && !isIndex(node.property)
  );
}

/** `list[3]`, `list[i - 1]`, `list[list.length - 1]`: no name of a method. */
function isIndex(node: AnyNode): boolean {
  if (node.type === "Literal") return typeof node.value === "number";
  if (node.type === "UpdateExpression") return true;
  return node.type === "BinaryExpression" && /^[-*%&|>]/.test(node.operator);
}

/** Any name may be one of the engine's own objects, but for those which the minifier made up (short-names.ts). */
function sharedNames(
  all: readonly AnyNode[],
  inFlash: ReadonlySet<AnyNode>,
  methodNames: ReadonlySet<string>,
): Set<string> {
  const shared = new Set([...methodNames].filter((name) => !name.startsWith("_")));
  for (const node of all) {
    if (inFlash.has(node)) continue;
    if (node.type === "ObjectExpression") {
      for (const property of node.properties)
        if (property.type === "Property") shared.add(keyName(property, property.key) ?? "");
    } else if (isClass(node)) {
      for (const member of node.body.body)
        if (member.type === "MethodDefinition") shared.add(keyName(member, member.key) ?? "");
    } else if (node.type === "AssignmentExpression" && node.left.type === "MemberExpression")
      shared.add(keyName(node.left, node.left.property) ?? "");
  }
  return shared;
}
