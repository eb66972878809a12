import type {
  AnyNode,
  ArrowFunctionExpression,
  ClassDeclaration,
  ClassExpression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
} from "acorn";

export type AnyFunction = FunctionDeclaration | FunctionExpression | ArrowFunctionExpression;
export type AnyClass = ClassDeclaration | ClassExpression;

/** How a rule reports a place: its own stable name, what is wrong, and what to write instead. */
export type ReportFinding = (
  node: { readonly start: number },
  rule: string,
  what: string,
  instead: string,
) => void;

/** The child nodes in the order in which they stand in the text. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  const children: AnyNode[] = [];
  for (const value of Object.values(node)) {
    if (typeof value !== "object") continue;
    if (Array.isArray(value)) {
      for (const element of value) if (isNode(element)) children.push(element);
    } else if (isNode(value)) children.push(value);
  }
  if (children.length > 1) children.sort((a, b) => a.start - b.start);
  return children;
}

/** `node` and every node under it, in the order of the text, parents before children. */
export function walk(node: AnyNode): AnyNode[] {
  const nodes: AnyNode[] = [];
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    nodes.push(next);
    const children = childrenOf(next);
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i]);
  }
  return nodes;
}

export function isFunction(node: AnyNode | null | undefined): node is AnyFunction {
  return node?.type === "ArrowFunctionExpression" || isPlainFunction(node);
}

/** One with `this` and `arguments` of its own. */
export function isPlainFunction(
  node: AnyNode | null | undefined,
): node is FunctionDeclaration | FunctionExpression {
  return node?.type === "FunctionDeclaration" || node?.type === "FunctionExpression";
}

export function isClass(node: AnyNode | null | undefined): node is AnyClass {
  return node?.type === "ClassDeclaration" || node?.type === "ClassExpression";
}

/** The name of a member or property key that is written out; nothing for `[computed]` ones. */
export function keyName(owner: { computed: boolean }, key: AnyNode): string | undefined {
  if (owner.computed) return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : undefined;
}

/** Names a member or a label, not a variable. */
export function isPropertyName(node: Identifier, parent: AnyNode): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.key === node && !parent.computed;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return true;
    default:
      return false;
  }
}

/** The method of a class, `constructor` included. */
export function methodOf(owner: AnyClass, name: string, isStatic: boolean): AnyFunction | undefined {
  for (const member of owner.body.body)
    if (
      member.type === "MethodDefinition" &&
      member.kind !== "set" &&
      member.static === isStatic &&
      keyName(member, member.key) === name
    )
      return member.value;
  return undefined;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
