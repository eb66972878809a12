import type {
  AnyNode,
  ClassDeclaration,
  ClassExpression,
  FunctionExpression,
  MethodDefinition,
  ObjectExpression,
  Program,
} from "acorn";
import { type AnyClass, type AnyFunction, isClass, isFunction, keyName, walk } from "../dialect/nodes.js";
import { type Binding, type Names, referencesIn, valueBehind } from "../dialect/scope.js";

export interface FlashMethod<Value> {
  readonly name: string;
  /** Where the name stands. */
  readonly key: AnyNode;
  readonly value: Value;
}

/** A class whose methods can stay in flash. */
export interface FlashClass {
  readonly node: ClassDeclaration | ClassExpression;
  readonly maker: FunctionExpression | undefined;
  /** Members that the class itself assigns: `this.zone = …`. */
  readonly fields: ReadonlySet<string>;
  readonly methods: readonly FlashMethod<FunctionExpression>[];
}

/** An object literal with functions in it, which are called by its name alone. */
export interface FlashObject {
  readonly node: ObjectExpression;
  readonly methods: readonly FlashMethod<AnyNode>[];
}

/** What of a script stays in flash until it is called. */
export interface FlashPlan {
  /** The statements of the program proper, inside of the function that wraps an app. */
  readonly home: AnyNode;
  readonly classes: ReadonlyMap<Binding, FlashClass>;
  readonly functions: ReadonlyMap<Binding, AnyFunction>;
  readonly objects: ReadonlyMap<Binding, FlashObject>;
  /** Numbers and short texts that are said where their name stood. */
  readonly constants: ReadonlyMap<Binding, AnyNode>;
  /** Names of the classes' methods. */
  readonly methodNames: ReadonlySet<string>;
  /** Those which objects other than instances of these classes may have, too. */
  readonly sharedNames: ReadonlySet<string>;
}

/**
 * Chooses the functions and classes of the outermost level that keep their meaning when a call evaluates them anew:
 * never assigned again, and classes which are only ever made (`new`).
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
    if (value !== undefined && endsComment(value)) continue;
    const nodes = uses.get(binding) ?? [];
    if (isFunction(value) && isPlainFunction(value) && !nodes.some((node) => isMade(node, names)))
      functions.set(binding, value);
    if (value !== undefined && isConstant(value)) constants.set(binding, value);
    if (whole && value?.type === "ObjectExpression") {
      const flashObject = objectToFlash(value, names);
      if (flashObject !== undefined) objects.set(binding, flashObject);
    }
    if (isClass(value) && !anyName && nodes.every((node) => isMade(node, names))) {
      const flashClass = classToFlash(value);
      if (flashClass !== undefined) classes.set(binding, flashClass);
    }
  }
  const owners = [...classes.values(), ...objects.values()];
  const methodNames = new Set(owners.flatMap(({ methods }) => methods.map(({ name }) => name)));
  const shared = sharedNames(all, new Set(owners.map(({ node }) => node)), methodNames);
  return { home, classes, functions, objects, constants, methodNames, sharedNames: shared };
}

/** A regular expression that ends in a star, with the slash behind it, cannot be said in a comment. */
function endsComment(node: AnyNode): boolean {
  return walk(node).some((one) => one.type === "Literal" && one.regex?.pattern.endsWith("*"));
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

/** An arrow function of the outermost level that speaks of `this` means the module's. */
function isPlainFunction(node: AnyFunction): boolean {
  if (node.async || node.generator) return false;
  return (
    node.type !== "ArrowFunctionExpression" ||
    !ownNodes(node.body).some(({ type }) => type === "ThisExpression")
  );
}

/** The nodes under one, without those of functions with a `this` of their own. */
function ownNodes(node: AnyNode): AnyNode[] {
  const inner = walk(node).filter(
    (one) => one !== node && isFunction(one) && one.type !== "ArrowFunctionExpression",
  );
  return walk(node).filter((one) => !inner.some(({ start, end }) => start <= one.start && one.end <= end));
}

function classToFlash(node: AnyClass): FlashClass | undefined {
  if (node.superClass) return undefined;
  let maker: FunctionExpression | undefined;
  const methods: FlashMethod<FunctionExpression>[] = [];
  for (const member of node.body.body) {
    if (member.type !== "MethodDefinition" || !isPlainMethod(member)) return undefined;
    const name = keyName(member, member.key);
    if (name === undefined) return undefined;
    if (member.kind === "constructor") maker = member.value;
    else methods.push({ name, key: member.key, value: member.value });
  }
  // What is made is the answer of the function that was the constructor.
  if (maker !== undefined && ownNodes(maker.body).some(({ type }) => type === "ReturnStatement"))
    return undefined;
  return { node, maker, methods, fields: fieldsOf(node) };
}

/** Texts up to this length take no more room than a name and its variable. */
const shortText = 16;

function isConstant(node: AnyNode): boolean {
  if (node.type === "UnaryExpression") return node.operator === "void" || isConstant(node.argument);
  if (node.type !== "Literal") return false;
  return typeof node.value === "number" || (typeof node.value === "string" && node.value.length <= shortText);
}

function objectToFlash(node: ObjectExpression, names: Names): FlashObject | undefined {
  const methods: FlashMethod<AnyNode>[] = [];
  for (const property of node.properties) {
    if (property.type !== "Property" || property.kind !== "init" || property.method) return undefined;
    const name = keyName(property, property.key);
    if (name === undefined) return undefined;
    const { value } = property;
    if (isFunction(value) ? isPlainFunction(value) : isSteady(value))
      methods.push({ name, key: property.key, value });
    else if (!isConstant(value)) return undefined;
  }
  return methods.some(({ value }) => isFunction(valueBehind(names, value))) ? { node, methods } : undefined;
}

/** Means the same however often it is said. */
function isSteady(node: AnyNode): boolean {
  if (node.type === "ThisExpression" || node.type === "Identifier") return true;
  return node.type === "MemberExpression" && !node.computed && isSteady(node.object);
}

function fieldsOf(node: AnyClass): Set<string> {
  const fields = new Set<string>();
  for (const one of walk(node))
    if (one.type === "AssignmentExpression" && one.left.type === "MemberExpression")
      if (one.left.object.type === "ThisExpression") fields.add(keyName(one.left, one.left.property) ?? "");
  return fields;
}

function isPlainMethod({ kind, static: isStatic, computed, value }: MethodDefinition): boolean {
  return (
    (kind === "method" || kind === "constructor") &&
    !isStatic &&
    !computed &&
    !value.async &&
    !value.generator
  );
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
