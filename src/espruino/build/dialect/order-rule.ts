import type { AnyNode, CallExpression, NewExpression, Program } from "acorn";
import { callsAtOnce } from "./builtins.js";
import {
  type AnyClass,
  type AnyFunction,
  childrenOf,
  isClass,
  isFunction,
  keyName,
  methodOf,
  type ReportFinding,
} from "./nodes.js";
import { type Binding, classBehind, lineage, type Names, valueBehind } from "./scope.js";

/**
 * Espruino does not hoist: a function declaration is there once its line has been executed, and a `var` likewise.
 * This walks the script in the order of execution, into every function whose call it can name, and reports each use
 * of a name that comes too early. A function that is only handed on (a listener, a timer) is taken to run later.
 */
export function checkOrder(program: Program, names: Names, report: ReportFinding): void {
  new Run(names, report).program(program);
}

class Run {
  private readonly reached = new Set<Binding>();
  private readonly entered = new Set<AnyNode>();
  private readonly calls: (CallExpression | NewExpression)[] = [];
  private later: AnyFunction[] = [];

  constructor(
    private readonly names: Names,
    private readonly report: ReportFinding,
  ) {}

  program(program: Program): void {
    this.step(program, undefined);
    while (this.later.length > 0) {
      const waiting = this.later;
      this.later = [];
      for (const node of waiting) this.enter(node, classAround(this.names, node));
    }
  }

  /** Executes one node; `self` is the class of `this`. */
  private step(node: AnyNode, self: AnyClass | undefined): void {
    if (isFunction(node)) {
      if (node.type === "FunctionDeclaration") this.reach(node.id);
      this.later.push(node);
      return;
    }
    switch (node.type) {
      case "VariableDeclarator": {
        const declared = node.id.type === "Identifier" ? [node.id] : childrenOf(node.id);
        // The engine has made the variable before it evaluates `var app = app || {}`.
        const isVar = declared.some((inner) => this.names.bindings.get(inner)?.kind === "var");
        if (node.init && !isVar) this.step(node.init, self);
        for (const inner of declared) this.reach(inner);
        if (node.init && isVar) this.step(node.init, self);
        break;
      }
      case "ForOfStatement":
      case "ForInStatement":
        for (const part of [node.right, node.left, node.body]) this.step(part, self);
        break;
      case "AssignmentExpression":
        for (const part of [node.right, node.left]) this.step(part, self);
        break;
      case "CallExpression":
      case "NewExpression":
        this.call(node, self);
        break;
      case "Identifier":
        this.use(node);
        break;
      case "UnaryExpression":
        if (node.operator === "typeof" && this.names.bindings.get(node.argument)?.kind !== "function") break;
        this.step(node.argument, self);
        break;
      default:
        for (const child of childrenOf(node))
          if (!(isClass(node) && child === node.id)) this.step(child, self);
        if (isClass(node) && node.id) this.reach(node.id);
    }
  }

  private call(node: CallExpression | NewExpression, self: AnyClass | undefined): void {
    const { callee } = node;
    const atOnce =
      callee.type === "MemberExpression" && callsAtOnce.has(keyName(callee, callee.property) ?? "");
    if (!isFunction(callee)) this.step(callee, self);
    for (const argument of node.arguments) if (!(atOnce && isFunction(argument))) this.step(argument, self);
    this.calls.push(node);
    if (atOnce)
      for (const argument of node.arguments) {
        const given = valueBehind(this.names, argument);
        if (isFunction(given)) this.enter(given, self);
      }
    const made = node.type === "NewExpression" ? classBehind(this.names, callee) : undefined;
    if (made) this.construct(made, made);
    else if (callee.type === "Super") this.construct(classBehind(this.names, self?.superClass), self);
    else {
      const [body, owner] = calleeOf(this.names, callee, self);
      if (body) this.enter(body, owner);
    }
    this.calls.pop();
  }

  private construct(kind: AnyClass | undefined, self: AnyClass | undefined): void {
    for (const made of lineage(this.names, kind)) {
      for (const member of made.body.body)
        if (member.type === "PropertyDefinition" && !member.static && member.value)
          this.step(member.value, self);
      const body = methodOf(made, "constructor", false);
      if (!body) continue;
      this.enter(body, self);
      return;
    }
  }

  /** Once is enough: what has been reached by a first call stays so, and a later one can only know more. */
  private enter(node: AnyFunction, self: AnyClass | undefined): void {
    if (this.entered.has(node)) return;
    this.entered.add(node);
    this.step(node.body, self);
  }

  private reach(node: AnyNode): void {
    const binding = this.names.bindings.get(node);
    if (binding) this.reached.add(binding);
  }

  private use(node: AnyNode): void {
    const binding = this.names.bindings.get(node);
    if (!binding || binding.kind === "parameter" || binding.kind === "own-name" || this.reached.has(binding))
      return;
    const call = this.calls[0];
    const how = call && !contains(call, node) ? `used by the call of \`${calledName(call)}\`` : "used";
    const kind = binding.kind === "function" ? "function" : isClass(binding.value) ? "class" : "variable";
    const what = `the ${kind} \`${binding.name}\`, ${how} before its declaration was executed`;
    this.report(node, "order", what, "the declaration further up, or the call further down");
  }
}

/** The class whose `this` a function that runs later has; arrow functions keep that of the method around them. */
function classAround(names: Names, node: AnyFunction): AnyClass | undefined {
  let at: AnyNode | undefined = node;
  while (at && !isClass(at)) {
    const parent: AnyNode | undefined = names.parents.get(at);
    if (isFunction(at) && at.type !== "ArrowFunctionExpression" && parent?.type !== "MethodDefinition")
      return undefined;
    at = parent;
  }
  return at;
}

function calledName({ callee }: CallExpression | NewExpression): string {
  if (callee.type === "Identifier") return callee.name;
  return (callee.type === "MemberExpression" && keyName(callee, callee.property)) || "a function";
}

function contains(outer: AnyNode, inner: AnyNode): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/**
 * What a call enters, and the class of its `this`, where the text says so: a function by its name, a method of `this`,
 * of a class or of an object that was made by `new` and never changes.
 */
function calleeOf(
  names: Names,
  callee: AnyNode,
  self: AnyClass | undefined,
): [body: AnyFunction | undefined, self: AnyClass | undefined] {
  const value = valueBehind(names, callee);
  if (isFunction(value)) return [value, self];
  const name = callee.type === "MemberExpression" ? keyName(callee, callee.property) : undefined;
  if (callee.type !== "MemberExpression" || name === undefined) return [undefined, self];
  const { object } = callee;
  const owner = object.type === "Identifier" ? classBehind(names, object) : undefined;
  if (owner) return [methodOf(owner, name, true), owner];
  const made = valueBehind(names, object);
  const kind =
    object.type === "ThisExpression"
      ? self
      : made?.type === "NewExpression"
        ? classBehind(names, made.callee)
        : undefined;
  const holder = [...lineage(names, kind)].find((at) => methodOf(at, name, false));
  return [holder && methodOf(holder, name, false), kind];
}
