import { type NodePath, type PluginObj, types as t } from "@babel/core";
import type { RunTime } from "./run-time.js";

/** Calls of the engine's functions that do less than the language, or than an object of a class needs. */
export function callsOfEngine(runTime: RunTime): PluginObj {
  let sortsItself = false;
  return {
    visitor: {
      Program(program) {
        // A `sort` that the program has made itself is its own affair.
        program.traverse({
          "ObjectMethod|ClassMethod|ObjectProperty|ClassProperty"(path: NodePath) {
            const { node } = path;
            if ("key" in node && t.isIdentifier(node.key, { name: "sort" })) sortsItself = true;
          },
        });
      },
      CallExpression({ node }) {
        const { callee } = node;
        if (!t.isMemberExpression(callee) || callee.computed) return;
        if (t.isIdentifier(callee.property, { name: "sort" })) {
          const [order] = node.arguments;
          if (sortsItself || node.arguments.length !== 1 || !t.isExpression(order) || comparesValues(order))
            return;
          node.arguments = [callee.object, order];
          node.callee = runTime.use("sort");
        }
        if (
          t.isIdentifier(callee.property, { name: "createCallback" }) &&
          t.isIdentifier(callee.object, { name: "Graphics" })
        ) {
          const [, , , target] = node.arguments;
          if (!t.isExpression(target) || t.isFunction(target) || t.isObjectExpression(target)) return;
          node.arguments[3] = t.callExpression(runTime.use("callbacks"), [target]);
        }
      },
    },
  };
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
