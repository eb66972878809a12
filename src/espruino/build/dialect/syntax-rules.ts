import type { AnyNode, AssignmentProperty, MethodDefinition, Property, PropertyDefinition } from "acorn";
import type { Report } from "./finding.js";
import { keyName } from "./nodes.js";
import { reservedWords, unsupportedNodes } from "./syntax-table.js";

/** Reports what does not parse on Espruino. `parent` is the node around, if any. */
export function checkSyntax(node: AnyNode, parent: AnyNode | undefined, report: Report): void {
  const unsupported = unsupportedNodes[node.type];
  if (unsupported) report(node, ...unsupported);
  switch (node.type) {
    case "SpreadElement":
      report(node, "spread", "spread (`...`)", spreadAdvice(parent));
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      if (node.async) report(node, "async", "an `async` function", "a callback or `then`");
      if (node.generator) report(node, "generator", "a generator (`function*`)", "a callback or an array");
      break;
    case "ForOfStatement":
      if (node.await) report(node, "async", "`for await`", "a callback");
      break;
    case "BinaryExpression":
      if (node.operator === "**") report(node, "exponent", "`**`", "`Math.pow(a, b)`");
      break;
    case "AssignmentExpression":
      if (/^(\*\*|\|\||&&|\?\?)=$/.test(node.operator))
        report(node, "assignment", `\`${node.operator}\``, "`x = …` with an `if`");
      break;
    case "SwitchStatement": {
      const index = node.cases.findIndex(({ test }) => test === null);
      if (index >= 0 && index < node.cases.length - 1)
        report(node.cases[index], "default-case", "`default` before another `case`", "`default` as the last");
      break;
    }
    case "ClassDeclaration":
    case "ClassExpression":
      if (node.superClass && node.superClass.type !== "Identifier")
        report(
          node.superClass,
          "extends",
          "`extends` with more than a name",
          "`const Base = …` before the class",
        );
      break;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      checkKey(node, report);
      break;
    case "Identifier":
      if (/^(of|let|static)$/.test(node.name) && !isKey(node, parent))
        report(node, "reserved-name", `the name \`${node.name}\`, which is reserved`, "another name");
      break;
    default:
  }
}

function checkKey(
  node: Property | AssignmentProperty | MethodDefinition | PropertyDefinition,
  report: Report,
): void {
  if (node.computed)
    report(node, "computed-key", "a computed key (`[key]`)", "`object[key] = value` afterwards");
  if (node.type === "PropertyDefinition" && !node.value)
    report(node, "bare-field", "a class field without a value", "an assignment in the constructor");
  const name = keyName(node, node.key) ?? "";
  const isMethod = node.type === "MethodDefinition" || (node.type === "Property" && node.kind !== "init");
  if (isMethod && node.key.type === "Identifier" && reservedWords.has(name))
    report(
      node,
      "reserved-name",
      `a method or accessor named \`${name}\`, which is reserved`,
      "another name",
    );
}

function spreadAdvice(parent: AnyNode | undefined): string {
  if (parent?.type === "CallExpression" && parent.callee.type === "Super")
    return "the constructor written out: a class with fields needs its own when it extends another";
  if (parent?.type === "ObjectExpression") return "`Object.assign({}, a, b)`";
  if (parent?.type === "ArrayExpression") return "`a.concat(b)`";
  return "`f.apply(null, list)`, or a parameter that takes the list";
}

function isKey(node: AnyNode, parent: AnyNode | undefined): boolean {
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed;
  if (parent?.type === "Property") return parent.key === node && !parent.shorthand;
  return parent?.type === "MethodDefinition" || parent?.type === "PropertyDefinition";
}
