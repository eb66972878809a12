import { type NodePath, types as t } from "./babel.js";

export const constructorAdvice =
  "the constructor written out: a class with fields needs its own when it extends another";

/** `class A extends lib.B`: the engine takes nothing but a name there. */
export function nameOfBase(path: NodePath<t.Class>): void {
  const { superClass } = path.node;
  if (!superClass || t.isIdentifier(superClass)) return;
  const name = path.scope.generateUidIdentifier("base");
  const declared = t.variableDeclarator(name, superClass);
  // esbuild makes one declaration of many: what the base is made of may be declared in it.
  if (path.parentPath?.isVariableDeclarator()) path.parentPath.insertBefore(declared);
  else path.getStatementParent()?.insertBefore(t.variableDeclaration("var", [declared]));
  path.node.superClass = t.cloneNode(name);
}

/** `const A = class _A { … _A … }`: the engine does not know a class by a name of its own. */
export function ownNameOfClass(path: NodePath<t.ClassExpression>): void {
  const { node, parent } = path;
  if (!node.id || !t.isVariableDeclarator(parent) || !t.isIdentifier(parent.id)) return;
  if (!path.parentPath.scope.getBinding(parent.id.name)?.constant) return;
  if (node.id.name !== parent.id.name) path.scope.rename(node.id.name, parent.id.name);
  node.id = null;
}

/**
 * The engine reads what it skips, unless it is a block or a function, and runs the methods of a class in it.
 * @returns whether the class became what a function returns
 */
export function classThatIsSkipped(path: NodePath<t.ClassExpression>): boolean {
  if (!mayBeSkipped(path)) return false;
  const made = t.functionExpression(null, [], t.blockStatement([t.returnStatement(path.node)]));
  path.replaceWith(t.callExpression(made, []));
  return true;
}

/** Also within blocks that esbuild makes expressions of, and within the steps of an async function. */
function mayBeSkipped(path: NodePath): boolean {
  const outer = path.findParent(
    (at) =>
      at.isFunction() ||
      at.isConditional() ||
      at.isLogicalExpression() ||
      at.isLoop() ||
      at.isSwitchCase() ||
      at.isAssignmentPattern() ||
      (at.isVariableDeclaration() && at.node.kind !== "var" && at.parentPath.isBlock()),
  );
  if (outer?.isVariableDeclaration()) return outer.getFunctionParent()?.node.async === true;
  return (
    outer !== null && (!outer.isFunction() || outer.isArrowFunctionExpression() || outer.node.async === true)
  );
}

/** A class within a block is the whole function's on the engine; one within an async function is skipped by its later steps. */
export function classOfBlock(path: NodePath<t.ClassDeclaration>): void {
  const { node, parentPath } = path;
  const isOfFunction = parentPath.parentPath?.isFunction() && !parentPath.parentPath.node.async;
  if (!parentPath.isBlockStatement() || isOfFunction || !node.id) return;
  const { superClass, body, id } = node;
  const made = t.classExpression(null, superClass ?? null, body);
  path.replaceWith(t.variableDeclaration("let", [t.variableDeclarator(id, made)]));
}

function isConstructor(member: t.Node): member is t.ClassMethod {
  return t.isClassMethod(member, { kind: "constructor" });
}

/**
 * Fields as assignments, at the start of the constructor or behind its `super(…)`: the engine gives arrow functions in
 * a field's value no `this`.
 * @returns false when a constructor is needed whose parameters the text does not say
 */
export function fieldsToConstructor(path: NodePath<t.Class>): boolean {
  const members = path.get("body").get("body");
  const fields = members.filter((member) => member.isClassProperty({ static: false, computed: false }));
  if (fields.length === 0) return true;
  if (!members.some(({ node }) => isConstructor(node)) && !addConstructor(path)) return false;
  path.scope.crawl();
  const [made] = path
    .get("body")
    .get("body")
    .filter(({ node }) => isConstructor(node));
  if (!made?.isClassMethod()) return false;
  const assignments = fields.flatMap((field) => {
    if (!field.isClassProperty()) return [];
    field.traverse({
      Identifier({ node }) {
        if (made.scope.hasOwnBinding(node.name)) made.scope.rename(node.name);
      },
    });
    const { key, value } = field.node;
    field.remove();
    const member = t.memberExpression(t.thisExpression(), key as t.Identifier, !t.isIdentifier(key));
    return t.expressionStatement(
      t.assignmentExpression("=", member, value ?? t.unaryExpression("void", t.numericLiteral(0))),
    );
  });
  const { body } = made.node.body;
  const isSuperCall = (statement: t.Statement): boolean =>
    t.isExpressionStatement(statement) &&
    t.isCallExpression(statement.expression) &&
    t.isSuper(statement.expression.callee);
  body.splice(path.node.superClass ? body.findIndex(isSuperCall) + 1 : 0, 0, ...assignments);
  return true;
}

/** @returns false when the text does not say which parameters it has */
function addConstructor(path: NodePath<t.Class>): boolean {
  const count = parametersAbove(path);
  if (count === undefined) return false;
  const names = parameters(path, count);
  const call = t.expressionStatement(t.callExpression(t.super(), names));
  const params = names.map((name) => t.cloneNode(name));
  const body = t.blockStatement(path.node.superClass ? [call] : []);
  path.node.body.body.unshift(t.classMethod("constructor", t.identifier("constructor"), params, body));
  return true;
}

function parameters({ scope }: NodePath, count: number): t.Identifier[] {
  return Array.from({ length: count }, () => scope.generateUidIdentifier("a"));
}

/** `super(...arguments)`, as compilers write it into a class with fields. @returns false for any other spread */
export function passOn(path: NodePath<t.CallExpression>): boolean {
  const [given] = path.node.arguments;
  const method = path.findParent((at) => isConstructor(at.node));
  const owner = method?.findParent((at) => at.isClass());
  if (!t.isSpreadElement(given) || path.node.arguments.length !== 1) return false;
  if (!method?.isClassMethod() || !owner?.isClass()) return false;
  const [rest] = method.node.params;
  const { argument } = given;
  const isAll = t.isIdentifier(argument, { name: "arguments" }) && rest === undefined;
  const isRest =
    t.isRestElement(rest) &&
    t.isIdentifier(argument) &&
    t.isIdentifier(rest.argument, { name: argument.name });
  const count = isAll || isRest ? parametersAbove(owner) : undefined;
  if (count === undefined) return false;
  path.node.arguments = parameters(path, count);
  method.node.params = path.node.arguments.map((name) => t.cloneNode(name as t.Identifier));
  return true;
}

/** How many parameters the constructor has that `super` calls; undefined when the text does not say. */
function parametersAbove(owner: NodePath<t.Class>): number | undefined {
  const name = owner.node.superClass;
  if (!name) return 0;
  const binding = t.isIdentifier(name) ? owner.scope.getBinding(name.name) : undefined;
  if (!binding?.constant) return undefined;
  const init = binding.path.isVariableDeclarator() ? binding.path.get("init") : binding.path;
  if (Array.isArray(init) || !init.isClass()) return undefined;
  const made = init.node.body.body.find(isConstructor);
  if (made === undefined) return parametersAbove(init);
  const isPlain = made.params.every((one) => t.isIdentifier(one) || t.isAssignmentPattern(one));
  return isPlain ? made.params.length : undefined;
}
