import { type NodePath, type PluginObj, types as t, template } from "./babel.js";

/**
 * esbuild's helpers between CommonJS and ES modules, made light: those that it writes make an object of getters for every
 * module, and close over a loop variable. Here a module is the object that it exports, as Node gives it to `require`.
 */
export const interop: PluginObj = {
  visitor: {
    Program(program) {
      for (const call of callsOf(program, "__toESM")) useAsItIs(program, call);
      for (const call of callsOf(program, "__commonJS")) unwrapBody(call);
      for (const call of callsOf(program, "__toCommonJS")) call.replaceWith(call.node.arguments[0]);
      replaceHelper(
        program,
        "__commonJS",
        "(open, module) => () => (module || (open((module = { exports: {} }).exports, module), open = 0), module.exports)",
      );
      replaceHelper(
        program,
        "__toESM",
        `(module) => {
        var names = { default: module };
        if (typeof module == "object") for (var name in module) names[name] = module[name];
        return names;
      }`,
      );
      dropUnused(program);
    },
  },
};

function callsOf(program: NodePath<t.Program>, name: string): NodePath<t.CallExpression>[] {
  const calls: NodePath<t.CallExpression>[] = [];
  for (const { parentPath } of program.scope.getOwnBinding(name)?.referencePaths ?? [])
    if (parentPath?.isCallExpression()) calls.push(parentPath);
  return calls;
}

/** `{ "file.js"(exports, module) { … } }`, so named for profilers, is the function alone. */
function unwrapBody({ node }: NodePath<t.CallExpression>): void {
  const [holder] = node.arguments;
  const [method] = t.isObjectExpression(holder) ? holder.properties : [];
  if (t.isObjectMethod(method))
    node.arguments = [t.functionExpression(null, method.params as t.Identifier[], method.body)];
}

/** `var import_x = __toESM(require_x())`: what is imported are members of what the module exports. */
function useAsItIs(program: NodePath<t.Program>, call: NodePath<t.CallExpression>): void {
  const [module, isNode] = call.node.arguments;
  const { parentPath } = call;
  if (!t.isCallExpression(module) || !parentPath.isVariableDeclarator()) return;
  const { id } = parentPath.node;
  const binding = t.isIdentifier(id) ? parentPath.scope.getBinding(id.name) : undefined;
  if (!binding) return;
  const isOfEngine = t.isIdentifier(module.callee, { name: "require" });
  // A module that a compiler made of an ES module has its default export as a member.
  const hasDefault = !isOfEngine && !isNode && marksDefault(program, module.callee);
  for (const reference of binding.referencePaths) {
    const member = reference.parentPath;
    if (!member?.isMemberExpression({ object: reference.node })) continue;
    if (!hasDefault && t.isIdentifier(member.node.property, { name: "default" }) && !member.node.computed)
      member.replaceWith(reference.node);
    else if (isOfEngine) keepObject(member);
  }
  call.replaceWith(module);
}

/** `(0, module.f)(…)` calls without an object; the engine's own modules are called as with `require`. */
function keepObject(member: NodePath<t.MemberExpression>): void {
  const { parentPath } = member;
  if (parentPath.isSequenceExpression() && parentPath.node.expressions.length === 2)
    if (t.isNumericLiteral(parentPath.node.expressions[0], { value: 0 }) && parentPath.key === "callee")
      parentPath.replaceWith(member.node);
}

function marksDefault(program: NodePath<t.Program>, opener: t.Node): boolean {
  const init = t.isIdentifier(opener) ? program.scope.getOwnBinding(opener.name)?.path : undefined;
  return init?.toString().includes("__esModule") ?? false;
}

function replaceHelper(program: NodePath<t.Program>, name: string, text: string): void {
  const declarator = program.scope.getOwnBinding(name)?.path;
  if (declarator?.isVariableDeclarator()) declarator.get("init").replaceWith(template.expression(text)());
}

/** Helpers that nothing refers to any more, so that they are not taken for the program's own code. */
function dropUnused(program: NodePath<t.Program>): void {
  for (let dropped = true; dropped; ) {
    dropped = false;
    program.scope.crawl();
    for (const [name, binding] of Object.entries(program.scope.bindings))
      if (name.startsWith("__") && !binding.referenced && binding.path.isVariableDeclarator()) {
        binding.path.remove();
        dropped = true;
      }
  }
}
