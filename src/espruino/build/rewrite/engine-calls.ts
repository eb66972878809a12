import { type NodePath, type PluginObj, types as t } from "./babel.js";
import type { RunTime } from "./run-time.js";

/** Calls of the engine's functions that do less than the language, or than an object of a class needs. */
export function callsOfEngine(runTime: RunTime): PluginObj {
  // A method that the program has made itself is its own affair.
  const own = new Set<string>();
  return {
    visitor: {
      Program(program) {
        program.traverse({
          "ObjectMethod|ClassMethod|ObjectProperty|ClassProperty"(path: NodePath) {
            const { node } = path;
            if ("key" in node && t.isIdentifier(node.key)) own.add(node.key.name);
          },
        });
      },
      CallExpression({ node }) {
        const { callee } = node;
        if (!t.isMemberExpression(callee) || callee.computed || !t.isIdentifier(callee.property)) return;
        const { name } = callee.property;
        const [first, , , target] = node.arguments;
        const needsHelp =
          !own.has(name) &&
          t.isExpression(first) &&
          !t.isArrayExpression(callee.object) &&
          helped.get(name)?.(first);
        if (needsHelp) {
          node.arguments = [callee.object, ...node.arguments];
          node.callee = runTime.use(name);
        }
        if (name === "createCallback" && t.isIdentifier(callee.object, { name: "Graphics" })) {
          if (!t.isExpression(target) || t.isFunction(target) || t.isObjectExpression(target)) return;
          node.arguments[3] = t.callExpression(runTime.use("callbacks"), [target]);
        }
      },
    },
  };
}

/** Methods that a helper takes the place of, unless their first argument shows that the engine's own is right. */
const helped: ReadonlyMap<string, (argument: t.Expression) => boolean> = new Map([
  ["sort", (order: t.Expression) => !comparesValues(order)],
  ["indexOf", mayBeLong],
  ["includes", mayBeLong],
]);

/** A text of more than one character, as far as one sees. */
function mayBeLong(part: t.Expression): boolean {
  return t.isStringLiteral(part) ? part.value.length > 1 : !t.isLiteral(part) || t.isTemplateLiteral(part);
}

/** `(a, b) => a - b`: values that are equal here cannot be told apart. */
function comparesValues(order: t.Expression): boolean {
  if (!t.isFunction(order) || order.params.length !== 2) return false;
  const [first, second] = order.params;
  const { body } = order;
  const [statement] = t.isBlockStatement(body) ? body.body : [];
  const result = t.isReturnStatement(statement) ? statement.argument : body;
  if (!t.isBinaryExpression(result, { operator: "-" }) || !t.isIdentifier(first) || !t.isIdentifier(second))
    return false;
  const names = [first.name, second.name];
  return [result.left, result.right].every((side) => t.isIdentifier(side) && names.includes(side.name));
}
