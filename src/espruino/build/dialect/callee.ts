import type { AnyNode } from "acorn";
import { type AnyClass, type AnyFunction, isFunction, keyName, methodOf } from "./nodes.js";
import { classBehind, type Names, valueBehind } from "./scope.js";

/** A function that a call certainly enters, and the class of its `this`. */
export interface Callee {
  readonly body: AnyFunction;
  readonly self: AnyClass | undefined;
}

/**
 * What a call enters, where the text says so: a function by its name, a method of `this`, of a class or of an object
 * that was made by `new` and never changes.
 */
export function calleeOf(names: Names, callee: AnyNode, self: AnyClass | undefined): Callee | undefined {
  const value = valueBehind(names, callee);
  if (isFunction(value)) return { body: value, self };
  if (callee.type !== "MemberExpression") return undefined;
  const name = keyName(callee, callee.property);
  if (name === undefined) return undefined;
  const { object } = callee;
  const owner = object.type === "Identifier" ? classBehind(names, object) : undefined;
  if (owner) {
    const body = methodOf(owner, name, true);
    return body && { body, self: owner };
  }
  const kind = object.type === "ThisExpression" ? self : classOfValue(names, object);
  for (let at = kind; at; at = classBehind(names, at.superClass)) {
    const body = methodOf(at, name, false);
    if (body) return { body, self: kind };
  }
  return undefined;
}

function classOfValue(names: Names, node: AnyNode): AnyClass | undefined {
  const value = valueBehind(names, node);
  return value?.type === "NewExpression" ? classBehind(names, value.callee) : undefined;
}
