import type { AnyNode, Identifier, Program } from "acorn";
import { type AnyClass, childrenOf, isClass, isFunction, isPropertyName } from "./nodes.js";

/** A name that the script itself declares. */
export interface Binding {
  readonly name: string;
  readonly kind: "function" | "var" | "let" | "const" | "class" | "parameter" | "own-name";
  readonly scope: Scope;
  readonly declaration: AnyNode;
  /** What a variable starts with. */
  readonly value: AnyNode | undefined;
  /** Assigned again after its declaration. */
  written: boolean;
}

export interface Scope {
  /** The function, block, loop, catch or class it belongs to. */
  readonly node: AnyNode;
  readonly parent: Scope | undefined;
  readonly names: Map<string, Binding>;
}

/** The bindings of a script. */
export interface Names {
  /** The binding behind every identifier that stands for a variable and is declared in the script. */
  readonly bindings: Map<AnyNode, Binding>;
  /** Identifiers that stand for globals. */
  readonly globals: Set<Identifier>;
  readonly parents: Map<AnyNode, AnyNode>;
}

export function resolveNames(program: Program): Names {
  const names: Names = { bindings: new Map(), globals: new Set(), parents: new Map() };
  const references: { node: Identifier; scope: Scope }[] = [];

  function visit(node: AnyNode, outer: Scope): void {
    const scope = opensScope(node) ? { node, parent: outer, names: new Map<string, Binding>() } : outer;
    declare(node, scope, outer);
    for (const child of childrenOf(node)) {
      names.parents.set(child, node);
      if (child.type !== "Identifier") visit(child, scope);
      else if (!isPropertyName(child, node)) references.push({ node: child, scope });
    }
  }

  function declare(node: AnyNode, scope: Scope, outer: Scope): void {
    if (node.type === "VariableDeclaration") {
      const home = node.kind === "var" ? functionScope(scope) : scope;
      const kind = node.kind === "const" || node.kind === "let" ? node.kind : "var";
      for (const { id, init } of node.declarations)
        for (const name of namesIn(id)) add(home, name, kind, node, init ?? undefined);
    } else if (isFunction(node)) {
      if (node.type === "FunctionDeclaration" && node.id) add(outer, node.id, "function", node, node);
      if (node.type === "FunctionExpression" && node.id) add(scope, node.id, "own-name", node, node);
      for (const parameter of node.params)
        for (const name of namesIn(parameter)) add(scope, name, "parameter", node, undefined);
    } else if (isClass(node) && node.id) {
      if (node.type === "ClassDeclaration") add(outer, node.id, "class", node, node);
      else add(scope, node.id, "own-name", node, node);
    } else if (node.type === "CatchClause" && node.param) {
      for (const name of namesIn(node.param)) add(scope, name, "parameter", node, undefined);
    }
  }

  function add(
    scope: Scope,
    { name }: Identifier,
    kind: Binding["kind"],
    declaration: AnyNode,
    value: AnyNode | undefined,
  ): void {
    const known = scope.names.get(name);
    if (known) known.written = true;
    else scope.names.set(name, { name, kind, scope, declaration, value, written: false });
  }

  visit(program, { node: program, parent: undefined, names: new Map() });
  for (const { node, scope } of references) {
    const binding = lookUp(scope, node.name);
    if (binding === undefined) {
      names.globals.add(node);
      continue;
    }
    names.bindings.set(node, binding);
    const parent = names.parents.get(node);
    if (parent?.type === "AssignmentExpression" && parent.left === node) binding.written = true;
    if (parent?.type === "UpdateExpression") binding.written = true;
  }
  return names;
}

export function lookUp(scope: Scope | undefined, name: string): Binding | undefined {
  for (let at = scope; at; at = at.parent) {
    const binding = at.names.get(name);
    if (binding) return binding;
  }
  return undefined;
}

function functionScope(scope: Scope): Scope {
  let at = scope;
  while (at.parent && !isFunction(at.node) && at.node.type !== "Program") at = at.parent;
  return at;
}

function opensScope(node: AnyNode): boolean {
  if (isFunction(node) || node.type === "ClassExpression") return true;
  return /^(Program|BlockStatement|StaticBlock|CatchClause|For\w*Statement|SwitchStatement)$/.test(node.type);
}

/** The identifiers that a pattern declares. */
function namesIn(pattern: AnyNode): Identifier[] {
  if (pattern.type === "Identifier") return [pattern];
  if (pattern.type === "AssignmentPattern") return namesIn(pattern.left);
  if (pattern.type === "Property") return namesIn(pattern.value);
  if (pattern.type === "ObjectPattern" || pattern.type === "ArrayPattern" || pattern.type === "RestElement")
    return childrenOf(pattern).flatMap(namesIn);
  return [];
}

/** The class that an identifier stands for, when it never changes. */
export function classBehind(names: Names, node: AnyNode | null | undefined): AnyClass | undefined {
  const value = node && valueBehind(names, node);
  return isClass(value) ? value : undefined;
}

/** What an identifier always stands for: the function, class or expression it was declared with. */
export function valueBehind(names: Names, node: AnyNode): AnyNode | undefined {
  if (node.type !== "Identifier") return node;
  const binding = names.bindings.get(node);
  return binding && !binding.written ? binding.value : undefined;
}

/** A class and those that it extends, as far as the text says which. */
export function* lineage(names: Names, owner: AnyClass | undefined): Generator<AnyClass> {
  for (let at = owner; at; at = classBehind(names, at.superClass)) yield at;
}

export function isGlobal(names: Names, node: AnyNode): node is Identifier {
  return node.type === "Identifier" && names.globals.has(node);
}

/** The nearest node around one that is of the kind. */
export function nodeAround<T extends AnyNode>(
  names: Names,
  node: AnyNode,
  is: (at: AnyNode) => at is T,
): T | undefined {
  let at = names.parents.get(node);
  while (at && !is(at)) at = names.parents.get(at);
  return at;
}
