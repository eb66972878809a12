import type { DialectFinding } from "../dialect.js";
import { type NodePath, type PluginObj, types as t } from "./babel.js";
import {
  classOfBlock,
  classThatIsSkipped,
  constructorAdvice,
  fieldsToConstructor,
  nameOfBase,
  ownNameOfClass,
  passOn,
} from "./classes.js";

/** What the engine lacks and Babel's plugins leave, or make something of that the engine lacks as well. */
export function ownLowering(findings: DialectFinding[]): PluginObj {
  const refuse = (node: t.Node, rule: string, what: string, instead: string): void => {
    const { line, column } = node.loc?.start ?? { line: 1, column: 0 };
    findings.push({ rule, what, instead, line, column });
  };
  const refuseDecorator = (node: t.Node): void =>
    refuse(
      node,
      "decorator",
      "a decorator of the new kind",
      '`"experimentalDecorators": true` in tsconfig.json',
    );
  return {
    visitor: {
      Decorator({ node }) {
        refuse(
          node,
          "decorator",
          "a decorator of the new kind",
          '`"experimentalDecorators": true` in tsconfig.json',
        );
      },
      Function: restFromArguments,
      ForOfStatement(path) {
        if (path.node.await) refuse(path.node, "async", "`for await`", "`await` in a loop");
        else if (path.getFunctionParent()?.node.async) countedLoop(path);
      },
      NewExpression({ node }) {
        if (node.arguments.some((given) => t.isSpreadElement(given)))
          refuse(node, "spread", "spread (`...`) in a `new`", "the arguments one by one");
      },
      ArrayExpression: spreadInArray,
      CallExpression(path) {
        const { node } = path;
        // esbuild's helper for them, where it has moved the fields of the class.
        if (t.isIdentifier(node.callee, { name: "__decorateElement" })) refuseDecorator(node);
        if (!node.arguments.some((given) => t.isSpreadElement(given))) return;
        if (t.isSuper(node.callee)) {
          if (!passOn(path)) refuse(node, "spread", "spread (`...`) in `super(…)`", constructorAdvice);
        } else if (node.arguments.length > 1)
          node.arguments = [
            t.spreadElement(t.arrayExpression(node.arguments as t.ArrayExpression["elements"])),
          ];
      },
      Class(path) {
        if (path.isClassExpression() && classThatIsSkipped(path)) return;
        nameOfBase(path);
        if (!fieldsToConstructor(path))
          refuse(path.node, "spread", "a class with fields that extends another", constructorAdvice);
      },
      TemplateLiteral: awaitInTemplate,
      ClassDeclaration: classOfBlock,
      ClassExpression: ownNameOfClass,
      MemberExpression: nameOfPrototype,
      SwitchStatement(path) {
        blocksOfCases(path, refuse);
      },
    },
  };
}

/** Babel cuts sums at an `await`, but no templates. */
function awaitInTemplate(path: NodePath<t.TemplateLiteral>): void {
  let waits = false;
  path.traverse({
    Function: (inner) => inner.skip(),
    AwaitExpression: () => {
      waits = true;
    },
  });
  if (!waits) return;
  const { quasis, expressions } = path.node;
  let sum: t.Expression = t.stringLiteral(quasis[0].value.cooked ?? "");
  expressions.forEach((expression, i) => {
    sum = t.binaryExpression("+", sum, expression as t.Expression);
    const text = quasis[i + 1].value.cooked ?? "";
    if (text !== "") sum = t.binaryExpression("+", sum, t.stringLiteral(text));
  });
  path.replaceWith(sum);
}

/** `for (const x of list)` as a loop over indices, which Babel can cut into the steps of an async function. */
function countedLoop(path: NodePath<t.ForOfStatement>): void {
  const { left, right, body } = path.node;
  const list = path.scope.generateUidIdentifier("list");
  const index = path.scope.generateUidIdentifier("i");
  const value = t.memberExpression(list, index, true);
  const first = t.isVariableDeclaration(left)
    ? t.variableDeclaration(left.kind, [t.variableDeclarator(left.declarations[0].id, value)])
    : t.expressionStatement(t.assignmentExpression("=", left as t.LVal, value));
  path.replaceWith(
    t.forStatement(
      t.variableDeclaration("let", [
        t.variableDeclarator(list, right),
        t.variableDeclarator(t.cloneNode(index), t.numericLiteral(0)),
      ]),
      t.binaryExpression(
        "<",
        t.cloneNode(index),
        t.memberExpression(t.cloneNode(list), t.identifier("length")),
      ),
      t.updateExpression("++", t.cloneNode(index)),
      t.blockStatement([first, body]),
    ),
  );
}

/** `[...a, b]` as `[].slice.call(a).concat([b])`: right for lists of any kind, and for texts. */
function spreadInArray(path: NodePath<t.ArrayExpression>): void {
  const { elements } = path.node;
  if (!elements.some((element) => t.isSpreadElement(element))) return;
  const groups: t.Expression[] = [];
  let plain: t.ArrayExpression["elements"] = [];
  const close = (): void => {
    if (plain.length > 0) groups.push(t.arrayExpression(plain));
    plain = [];
  };
  for (const element of elements) {
    if (!t.isSpreadElement(element)) plain.push(element);
    else {
      close();
      groups.push(copy(element.argument));
    }
  }
  close();
  const [first, ...rest] = groups;
  path.replaceWith(
    rest.length === 0 ? first : t.callExpression(t.memberExpression(first, t.identifier("concat")), rest),
  );
}

function copy(list: t.Expression): t.Expression {
  return t.callExpression(sliceCall(), [list]);
}

function sliceCall(): t.Expression {
  return t.memberExpression(
    t.memberExpression(t.arrayExpression(), t.identifier("slice")),
    t.identifier("call"),
  );
}

/** `Array.prototype.slice` as `[].slice`: the engine keeps the methods of these classes where no script can name them. */
function nameOfPrototype(path: NodePath<t.MemberExpression>): void {
  const { object } = path.node;
  const { parent } = path;
  if (
    !t.isMemberExpression(object) ||
    object.computed ||
    !t.isIdentifier(object.property, { name: "prototype" })
  )
    return;
  if (!t.isIdentifier(object.object) || path.scope.hasBinding(object.object.name, true)) return;
  if (t.isAssignmentExpression(parent) && parent.left === path.node) return;
  if (object.object.name === "Array") path.node.object = t.arrayExpression();
  if (object.object.name === "String") path.node.object = t.stringLiteral("");
}

/** `(a, ...rest) => …`: the engine has no rest parameters, and an arrow function's `arguments` are its own there. */
function restFromArguments(path: NodePath<t.Function>): void {
  const rest = path.node.params.at(-1);
  if (!t.isRestElement(rest)) return;
  if (path.isArrowFunctionExpression()) path.arrowFunctionToExpression();
  path.node.params.pop();
  const from = [t.identifier("arguments"), t.numericLiteral(path.node.params.length)];
  const list = t.callExpression(sliceCall(), path.node.params.length === 0 ? from.slice(0, 1) : from);
  const declared = t.variableDeclaration("var", [t.variableDeclarator(rest.argument as t.LVal, list)]);
  (path.get("body") as NodePath<t.BlockStatement>).unshiftContainer("body", declared);
}

/** The engine gives a `switch` no scope of its own: each case that declares something becomes a block. */
function blocksOfCases(
  path: NodePath<t.SwitchStatement>,
  refuse: (node: t.Node, rule: string, what: string, instead: string) => void,
): void {
  const bindings = Object.values(path.scope.bindings).filter(({ scope }) => scope.block === path.node);
  for (const binding of bindings) {
    const isInCase = (at: NodePath, one: NodePath): boolean => at.isDescendant(one);
    const home = path.get("cases").find((one) => isInCase(binding.path, one));
    const used = [...binding.referencePaths, ...binding.constantViolations];
    if (home === undefined || used.every((at) => isInCase(at, home))) continue;
    refuse(
      binding.path.node,
      "switch-scope",
      `\`${binding.identifier.name}\`, which two cases of a \`switch\` share`,
      "the declaration in front of the `switch`",
    );
  }
  if (bindings.length === 0) return;
  for (const one of path.node.cases)
    if (
      one.consequent.some(
        (statement) =>
          t.isClassDeclaration(statement) ||
          t.isFunctionDeclaration(statement) ||
          t.isVariableDeclaration(statement),
      )
    )
      one.consequent = [t.blockStatement(one.consequent)];
}
