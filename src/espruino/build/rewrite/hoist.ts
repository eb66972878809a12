import { type NodePath, type PluginObj, types as t } from "./babel.js";

/** Whether what stands at this place of the compiled script was declared by `var`. */
export type IsVar = (place: { readonly line: number; readonly column: number }) => boolean;

/**
 * The engine knows a function from its line on, and a `var` likewise. So functions come first in what they stand in, and a
 * variable that is used where its declaration may not have been executed is declared at the start of its function.
 * @param isVar for esbuild makes `var` of each `let`, `const` and class of a module, and of those too early a use is an error
 * @param all every `var`, as what calls what at the start is not decided here
 */
export function hoisting(isVar: IsVar, all: boolean): PluginObj {
  return {
    visitor: {
      Program: {
        enter(program) {
          program.scope.crawl();
          hoist(program, isVar, all);
        },
      },
      Function(path) {
        hoist(path, isVar, all);
      },
      // `[0, , 2]`, as Babel has it in the steps of an async function: the engine cannot skip it.
      ArrayExpression({ node }) {
        node.elements = node.elements.map(
          (element) => element ?? t.unaryExpression("void", t.numericLiteral(0)),
        );
      },
      // `_await(x)` is what Babel's own helper would take apart.
      CallExpression(path) {
        const { callee } = path.node;
        if (t.isIdentifier(callee) && /^_+awaitAsyncGenerator\d*$/.test(callee.name))
          path.replaceWith(path.node.arguments[0]);
      },
    },
  };
}

function hoist(path: NodePath<t.Program> | NodePath<t.Function>, isVar: IsVar, all: boolean): void {
  const body = path.isProgram() ? path.node : path.isFunction() ? path.node.body : undefined;
  if (!t.isProgram(body) && !t.isBlockStatement(body)) return;
  const names = Object.entries(path.scope.bindings)
    .filter(
      ([, { kind, path: at }]) =>
        kind === "var" && at.getFunctionParent() === (path.isProgram() ? null : path),
    )
    .filter(([name]) => isNeeded(path, name, isVar, all))
    .map(([name]) => name);
  if (path.isProgram()) assignInBlocks(path, names);
  functionsFirst(body);
  if (names.length === 0) return;
  body.body.unshift(
    t.variableDeclaration(
      "var",
      names.map((name) => t.variableDeclarator(t.identifier(name))),
    ),
  );
}

/** esbuild would move these declarations behind the block that they are in; here they become assignments. */
function assignInBlocks(program: NodePath<t.Program>, names: string[]): void {
  program.traverse({
    Function: (path) => path.skip(),
    VariableDeclaration(path) {
      const { parent, node } = path;
      if (node.kind !== "var") return;
      const declared = node.declarations.flatMap(({ id }) => (t.isIdentifier(id) ? [id.name] : []));
      if (t.isProgram(parent)) {
        node.declarations = node.declarations.filter(
          ({ id, init }) => init || !t.isIdentifier(id) || !names.includes(id.name),
        );
        if (node.declarations.length === 0) path.remove();
        return;
      }
      for (const name of declared) if (!names.includes(name)) names.push(name);
      const assignments = node.declarations.flatMap(({ id, init }) =>
        init ? [t.assignmentExpression("=", id as t.LVal, init)] : [],
      );
      const value = assignments.length === 1 ? assignments[0] : t.sequenceExpression(assignments);
      if (t.isForXStatement(parent)) path.replaceWith(node.declarations[0].id);
      else if (assignments.length === 0) path.remove();
      else path.replaceWith(t.isForStatement(parent) ? value : t.expressionStatement(value));
    },
  });
}

function functionsFirst(body: t.Program | t.BlockStatement): void {
  const isFirst = (statement: t.Statement): boolean => t.isFunctionDeclaration(statement);
  body.body = [...body.body.filter(isFirst), ...body.body.filter((statement) => !isFirst(statement))];
}

function isNeeded(path: NodePath, name: string, isVar: IsVar, all: boolean): boolean {
  const binding = path.scope.getBinding(name);
  if (!binding) return false;
  const declared = [binding.path, ...binding.constantViolations].filter((at) => at.isVariableDeclarator());
  // Nothing that a helper of ours declares.
  if (!declared.some(({ node: { loc } }) => loc && isVar(loc.start))) return false;
  if (all) return true;
  const used = [
    ...binding.referencePaths,
    ...binding.constantViolations.filter((at) => !at.isVariableDeclarator()),
  ];
  return used.some((use) => !declared.some((one) => reaches(path, one, use)));
}

/** Whether the declaration has been executed whenever the use is, as far as blocks and the order of the text tell. */
function reaches(home: NodePath, declared: NodePath, use: NodePath): boolean {
  const block = declared.findParent((at) => at === home || isConditional(at));
  if (block && block !== home && !use.isDescendant(block)) return false;
  return use.getFunctionParent() !== declared.getFunctionParent() || !isBefore(use.node, declared.node);
}

/** What may be left out when the statements around it are executed. */
function isConditional(path: NodePath): boolean {
  return (
    path.isIfStatement() ||
    path.isLoop() ||
    path.isSwitchCase() ||
    path.isTryStatement() ||
    path.isCatchClause()
  );
}

function isBefore(one: t.Node, other: t.Node): boolean {
  return (one.start ?? 0) < (other.start ?? 0);
}
