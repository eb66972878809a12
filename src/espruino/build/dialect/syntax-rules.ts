import type { AnyNode, AssignmentProperty, MethodDefinition, Property, PropertyDefinition } from "acorn";
import { isPropertyName, keyName, type ReportFinding } from "./nodes.js";

/** Reports what does not parse on Espruino. `parent` is the node around, if any. */
export function checkSyntax(node: AnyNode, parent: AnyNode | undefined, report: ReportFinding): void {
  const unsupported = unsupportedNodes[node.type];
  if (unsupported) report(node, ...unsupported);
  switch (node.type) {
    case "SpreadElement":
      report(node, "spread", "spread (`...`)", spreadAdvice(parent));
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      if (node.generator) {
        const what = node.async ? "an async generator (`async function*`)" : "a generator (`function*`)";
        report(node, "generator", what, "a callback or an array");
      } else if (node.async) report(node, "async", "an `async` function", "a callback or `then`");
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
    case "PrivateIdentifier":
      report(node, "private", `the private name \`#${node.name}\``, "TypeScript's `private`");
      break;
    case "Identifier":
      if (/^(of|let|static)$/.test(node.name) && !(parent && isPropertyName(node, parent)))
        report(node, "reserved-name", `the name \`${node.name}\`, which is reserved`, "another name");
      break;
    default:
  }
}

function checkKey(
  node: Property | AssignmentProperty | MethodDefinition | PropertyDefinition,
  report: ReportFinding,
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

/** Kinds of node that Espruino cannot parse, whatever is in them: rule, what it is, what to write instead. */
const unsupportedNodes: Readonly<Record<string, readonly [string, string, string]>> = {
  AssignmentPattern: ["default", "a default value", "`if (x === undefined) x = …` in the function"],
  RestElement: ["rest", "a rest parameter or rest element (`...`)", "an array as the parameter"],
  ObjectPattern: ["destructuring", "destructuring", "one `const x = value.x` for each name"],
  ArrayPattern: ["destructuring", "destructuring", "one `const x = value[0]` for each name"],
  TaggedTemplateExpression: ["tagged-template", "a tagged template", "a call with arguments"],
  ChainExpression: ["optional-chaining", "optional chaining (`?.`)", "`a && a.b`"],
  StaticBlock: ["static-block", "a static block", "statements behind the class"],
  LabeledStatement: ["label", "a label", "a function with `return`, or a flag"],
  WithStatement: ["with", "`with`", "the object written out"],
  DebuggerStatement: ["debugger", "`debugger`, which stops the board", "nothing"],
  AwaitExpression: ["async", "`await`", "a callback or `then`"],
  YieldExpression: ["generator", "`yield`", "a callback"],
  MetaProperty: ["meta-property", "`new.target` or `import.meta`", "a parameter"],
  ImportExpression: ["import", "`import()`", "`require` of a module on the board"],
  ImportDeclaration: ["import", "`import`", "a bundle made by `sluice build`"],
  ExportNamedDeclaration: ["import", "`export`", "a bundle made by `sluice build`"],
  ExportDefaultDeclaration: ["import", "`export`", "a bundle made by `sluice build`"],
  ExportAllDeclaration: ["import", "`export`", "a bundle made by `sluice build`"],
};

/**
 * Words that Espruino's lexer reserves everywhere (src/jslex.c), so that a class cannot have a method of that name.
 * `of`, `let`, `static` and `undefined` are in common use in the language otherwise.
 */
const reservedWords: ReadonlySet<string> = new Set(
  (
    "break case catch class const continue debugger default delete do else extends false finally for function if in " +
    "instanceof let new null of return static super switch this throw true try typeof undefined var void while"
  ).split(" "),
);
