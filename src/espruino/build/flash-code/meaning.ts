import type { AnyNode, MemberExpression } from "acorn";
import { isFunction } from "../dialect/nodes.js";
import type { Binding, Names } from "../dialect/scope.js";
import type { FlashClass, FlashMethod } from "./members.js";
import type { Numbers } from "./numbers.js";
import type { FlashPlan } from "./plan.js";

/** What a member stands for, as far as the text tells. */
export class Meaning {
  constructor(
    private readonly plan: FlashPlan,
    private readonly names: Names,
    private readonly numbers: Numbers,
  ) {}

  /** A class knows what it assigned itself. */
  isField(node: MemberExpression, name: string): boolean {
    const [, own] = this.classOf(node) ?? [];
    return own?.fields.has(name) ?? false;
  }

  /** The class whose instance is meant: `this` in a method and in arrow functions there. */
  private classOf({ object }: MemberExpression): readonly [Binding, FlashClass] | undefined {
    if (object.type !== "ThisExpression") return undefined;
    let at: AnyNode | undefined = object;
    while (at !== undefined && at.type !== "MethodDefinition") {
      const parent = this.names.parents.get(at);
      if (isFunction(at) && at.type !== "ArrowFunctionExpression" && parent?.type !== "MethodDefinition")
        return undefined;
      at = parent;
    }
    const body = at && this.names.parents.get(at);
    const node = body && this.names.parents.get(body);
    return [...this.plan.classes].find(([, one]) => one.node === node);
  }

  /** The function that a call means for certain: a class's own, or the only one of that name. */
  meant(callee: MemberExpression, name: string): FlashMethod<AnyNode> | undefined {
    const [, own] = this.classOf(callee) ?? [];
    const method = own?.fields.has(name) ? undefined : own?.methods.find((one) => one.name === name);
    if (method !== undefined) return method;
    const alone = !this.plan.sharedNames.has(name) && this.numbers.isOnly(name);
    return alone ? this.plan.methods.get(name) : undefined;
  }
}
