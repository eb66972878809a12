import type { AnyNode, CallExpression } from "acorn";
import { isFunction, keyName, walk } from "../dialect/nodes.js";
import { type Names, referencesIn } from "../dialect/scope.js";
import type { FlashMethod } from "./members.js";

/** The member that a method answers with and does nothing else: `size() { return this.size_; }`. */
export function memberBehind({ value }: FlashMethod<AnyNode>): string | undefined {
  if (value.type !== "FunctionExpression" || value.params.length > 0) return undefined;
  const [only, more] = value.body.body;
  if (more !== undefined || only?.type !== "ReturnStatement") return undefined;
  const member = only.argument;
  if (member?.type !== "MemberExpression" || member.object.type !== "ThisExpression") return undefined;
  return keyName(member, member.property);
}

/** What a function is to be said as where it is called: its expression, with the arguments for its parameters. */
export interface Inlined {
  readonly body: AnyNode;
  /** By the identifier that stands for it. */
  readonly values: ReadonlyMap<AnyNode, AnyNode>;
}

/**
 * `(chunk, index) => chunk.charCodeAt(index)`: an expression that speaks of each parameter once, in their order, and of
 * nothing else, means the same where it is called.
 */
export function inlineCall(
  { value }: FlashMethod<AnyNode>,
  call: CallExpression,
  names: Names,
): Inlined | undefined {
  if (value.type !== "ArrowFunctionExpression" || !value.expression || walk(value.body).some(isOnCondition))
    return undefined;
  if (value.params.length !== call.arguments.length) return undefined;
  const spoken = [...referencesIn(names, value.body)];
  if (spoken.length !== value.params.length) return undefined;
  const identifiers = walk(value.body).filter((node) => isVariable(node, names));
  if (identifiers.length !== spoken.length) return undefined;
  const values = new Map<AnyNode, AnyNode>();
  for (const [index, [node, { name, scope }]] of spoken.entries()) {
    const parameter = value.params[index];
    if (parameter.type !== "Identifier" || parameter.name !== name || scope.node !== value) return undefined;
    values.set(node, call.arguments[index]);
  }
  return { body: value.body, values };
}

/** What is in it may be evaluated later, or not at all; an argument is, at once. */
function isOnCondition(node: AnyNode): boolean {
  return isFunction(node) || node.type === "LogicalExpression" || node.type === "ConditionalExpression";
}

/** An identifier that stands for something: not the name of a member. */
function isVariable(node: AnyNode, names: Names): boolean {
  if (node.type !== "Identifier") return false;
  return names.bindings.has(node) || names.globals.includes(node);
}
