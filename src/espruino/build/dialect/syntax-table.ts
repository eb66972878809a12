/** Kinds of node that Espruino cannot parse, whatever is in them: rule, what it is, what to write instead. */
export const unsupportedNodes: Readonly<Record<string, readonly [string, string, string]>> = {
  AssignmentPattern: ["default", "a default value", "`if (x === undefined) x = …` in the function"],
  RestElement: ["rest", "a rest parameter or rest element (`...`)", "an array as the parameter"],
  ObjectPattern: ["destructuring", "destructuring", "one `const x = value.x` for each name"],
  ArrayPattern: ["destructuring", "destructuring", "one `const x = value[0]` for each name"],
  TaggedTemplateExpression: ["tagged-template", "a tagged template", "a call with arguments"],
  ChainExpression: ["optional-chaining", "optional chaining (`?.`)", "`a && a.b`"],
  PrivateIdentifier: ["private", "a `#private` name", "TypeScript's `private`"],
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
 * `of`, `let`, `static` and `undefined` are words of everyday life in the language otherwise.
 */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    "break case catch class const continue debugger default delete do else extends false finally for function if in " +
    "instanceof let new null of return static super switch this throw true try typeof undefined var void while"
  ).split(" "),
);
