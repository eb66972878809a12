import ts from "typescript";

/** One small fault that could be put into a file: the text from `start` to `end` becomes `text`. */
export interface Mutation {
  /** From the checkout's root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** "`<` -> `<=`", "removed `this.over = true;`". */
  readonly what: string;
}

/** Each operator with what it is mistaken for: first the boundary, then the opposite. */
const operators = new Map<string, readonly string[]>([
  ["<", ["<=", ">="]],
  ["<=", ["<", ">"]],
  [">", [">=", "<="]],
  [">=", [">", "<"]],
  ["===", ["!=="]],
  ["!==", ["==="]],
  ["&&", ["||"]],
  ["||", ["&&"]],
  ["+", ["-"]],
  ["-", ["+"]],
  ["*", ["/"]],
  ["/", ["*"]],
  ["%", ["*"]],
  ["&", ["|"]],
  ["|", ["&"]],
  ["^", ["&"]],
  ["<<", [">>"]],
  [">>", ["<<"]],
  [">>>", ["<<"]],
  ["+=", ["-="]],
  ["-=", ["+="]],
  ["&=", ["|="]],
  ["|=", ["&="]],
  ["^=", ["&="]],
]);

/** All mutations of a file. Types, names, enum values and sentences for people are left alone. */
export function mutationsOf(source: ts.SourceFile, file: string, checker: ts.TypeChecker): Mutation[] {
  const found: Mutation[] = [];

  function replace(from: number, end: number, text: string, what?: string): void {
    const { line, character } = source.getLineAndCharacterOfPosition(from);
    const was = oneLine(source.text.slice(from, end), 60);
    const place = { file, line: line + 1, column: character + 1 };
    found.push({ ...place, start: from, end, text, what: what ?? `\`${was}\` -> \`${oneLine(text, 60)}\`` });
  }

  function replaceNode(node: ts.Node, ...texts: string[]): void {
    for (const text of texts) replace(node.getStart(source), node.end, text);
  }

  function remove(node: ts.Node): void {
    const start = node.getStart(source);
    replace(start, node.end, ";", `removed \`${oneLine(source.text.slice(start, node.end), 60)}\``);
  }

  function isNumber(node: ts.Expression): boolean {
    return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0;
  }

  function binary(node: ts.BinaryExpression): void {
    const operator = node.operatorToken.getText(source);
    // The text's `+` has no opposite.
    if (operator.startsWith("+") && !(isNumber(node.left) && isNumber(node.right))) return;
    replaceNode(node.operatorToken, ...(operators.get(operator) ?? []));
  }

  function prefix(node: ts.PrefixUnaryExpression): void {
    const start = node.getStart(source);
    if (node.operator === ts.SyntaxKind.ExclamationToken) replaceNode(node, node.operand.getText(source));
    else if (node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand))
      replaceNode(node, `${1 - Number(node.operand.text)}`, node.operand.getText(source));
    else if (node.operator === ts.SyntaxKind.PlusPlusToken) replace(start, start + 2, "--");
    else if (node.operator === ts.SyntaxKind.MinusMinusToken) replace(start, start + 2, "++");
  }

  function condition(node: ts.Expression, ...texts: string[]): void {
    if (node.kind !== ts.SyntaxKind.TrueKeyword && node.kind !== ts.SyntaxKind.FalseKeyword)
      replaceNode(node, ...texts);
  }

  function visit(node: ts.Node): void {
    if (isLeftAlone(node, source)) return;
    if (ts.isBinaryExpression(node)) binary(node);
    else if (ts.isPrefixUnaryExpression(node)) prefix(node);
    else if (ts.isPostfixUnaryExpression(node))
      replace(node.end - 2, node.end, node.operator === ts.SyntaxKind.PlusPlusToken ? "--" : "++");
    else if (node.kind === ts.SyntaxKind.TrueKeyword) replaceNode(node, "false");
    else if (node.kind === ts.SyntaxKind.FalseKeyword) replaceNode(node, "true");
    else if (ts.isNumericLiteral(node)) number(node);
    else if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) text(node);
    else if (ts.isExpressionStatement(node)) remove(node);
    else if (ts.isIfStatement(node)) {
      condition(node.expression, "true");
      if (isEarlyExit(node)) remove(node);
      else condition(node.expression, "false");
    } else if (ts.isConditionalExpression(node)) condition(node.condition, "true", "false");
    else if (ts.isWhileStatement(node)) condition(node.expression, "false");
    else if (ts.isForStatement(node) && node.condition !== undefined) condition(node.condition, "false");
    ts.forEachChild(node, visit);
  }

  function number(node: ts.NumericLiteral): void {
    if (ts.isPrefixUnaryExpression(node.parent)) return;
    const value = Number(node.text);
    replaceNode(node, `${value + 1}`, ...(value > 0 ? [`${value - 1}`] : []));
  }

  function text(node: ts.StringLiteralLike | ts.TemplateExpression): void {
    const written = ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)]
      : [node.text];
    if (written.join("") !== "" && !written.some(isSentence)) replaceNode(node, '""');
  }

  visit(source);
  return found;
}

/** `if (…) return …;` and the like, without an else. */
function isEarlyExit(node: ts.IfStatement): boolean {
  if (node.elseStatement !== undefined) return false;
  const body = node.thenStatement;
  const last = ts.isBlock(body) && body.statements.length === 1 ? body.statements[0] : body;
  return ts.isReturnStatement(last) || ts.isContinueStatement(last) || ts.isBreakStatement(last);
}

/** What has no behaviour, or only one for a reader. */
function isLeftAlone(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isEnumDeclaration(node)) return true;
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
  const call = node.parent;
  // The detail of a fault is part of its sentence.
  return isText && ts.isCallExpression(call) && call.expression.getText(source) === "fault";
}

function isSentence(text: string): boolean {
  return /[a-z,.:;] [a-z(]/i.test(text);
}

/** In one line of a table. */
export function oneLine(text: string, most = 120): string {
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("`", "'");
  return line.length > most ? `${line.slice(0, most - 3)}...` : line;
}
