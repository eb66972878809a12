import type {
  AnyNode,
  ClassDeclaration,
  ClassExpression,
  FunctionExpression,
  MethodDefinition,
  ObjectExpression,
} from "acorn";
import { type AnyClass, type AnyFunction, isFunction, keyName, walk } from "../dialect/nodes.js";
import { type Names, valueBehind } from "../dialect/scope.js";

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

/** An arrow function of the outermost level that speaks of `this` means the module's. */
export function isPlainFunction(node: AnyFunction): boolean {
  if (node.async || node.generator) return false;
  return (
    node.type !== "ArrowFunctionExpression" ||
    !ownNodes(node.body).some(({ type }) => type === "ThisExpression")
  );
}

/** What a function answers with, if it does nothing else and has no use for a `this` or a name of its own. */
export function answerOf(node: AnyFunction): AnyNode | undefined {
  if (node.type === "ArrowFunctionExpression" || node.body.type !== "BlockStatement") return undefined;
  if (node.type === "FunctionExpression" && node.id) return undefined;
  const [only, more] = node.body.body;
  if (more !== undefined || only?.type !== "ReturnStatement" || !only.argument) return undefined;
  const own = ownNodes(node.body).some(
    (one) => one.type === "ThisExpression" || (one.type === "Identifier" && one.name === "arguments"),
  );
  return own ? undefined : only.argument;
}

/** The nodes under one, without those of functions with a `this` of their own. */
function ownNodes(node: AnyNode): AnyNode[] {
  const inner = walk(node).filter(
    (one) => one !== node && isFunction(one) && one.type !== "ArrowFunctionExpression",
  );
  return walk(node).filter((one) => !inner.some(({ start, end }) => start <= one.start && one.end <= end));
}

export function classToFlash(node: AnyClass): FlashClass | undefined {
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

/** @param uses how often its name is said: a long text that is said once is better there than in memory */
export function isConstant(node: AnyNode, uses = 1): boolean {
  if (node.type === "UnaryExpression") return node.operator === "void" || isConstant(node.argument);
  if (node.type !== "Literal") return false;
  if (typeof node.value === "number") return true;
  return typeof node.value === "string" && (uses <= 1 || node.value.length <= shortText);
}

export function objectToFlash(node: ObjectExpression, names: Names): FlashObject | undefined {
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
export function isSteady(node: AnyNode): boolean {
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

/** `this.size = undefined` in a constructor: where an absent member is undefined as well, a variable for nothing. */
export function idleAssignments(maker: FunctionExpression): AnyNode[] {
  const found: AnyNode[] = [];
  for (const statement of maker.body.body) {
    if (statement.type !== "ExpressionStatement") continue;
    const { expression } = statement;
    const parts = expression.type === "SequenceExpression" ? expression.expressions : [expression];
    const idle = parts.filter(isIdle);
    found.push(...(idle.length === parts.length ? [statement] : idle));
  }
  return found;
}

function isIdle(node: AnyNode): boolean {
  if (node.type !== "AssignmentExpression" || node.operator !== "=") return false;
  const { left, right } = node;
  if (left.type !== "MemberExpression" || left.object.type !== "ThisExpression") return false;
  return right.type === "UnaryExpression" && right.operator === "void";
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
