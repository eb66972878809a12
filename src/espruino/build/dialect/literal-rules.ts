import type { AnyNode, Literal, TemplateLiteral } from "acorn";
import { type ReportFinding, walk } from "./nodes.js";

/** Reports numbers, strings, templates and regular expressions that Espruino's lexer reads otherwise, or not at all. */
export function checkLiterals(node: AnyNode, report: ReportFinding): void {
  if (node.type === "Literal") checkLiteral(node, report);
  if (node.type === "TemplateLiteral") checkTemplate(node, report);
}

const codePointEscape = /(^|[^\\])(\\\\)*\\u\{/;
const lineContinuation = /(^|[^\\])(\\\\)*\\\r?\n/;

function checkLiteral(node: Literal, report: ReportFinding): void {
  const raw = node.raw ?? "";
  if (node.bigint)
    report(node, "bigint", "a BigInt", "a number; whole numbers are exact up to 2 to the 53rd");
  checkRegExp(node, report);
  if (typeof node.value !== "string") return;
  if (codePointEscape.test(raw)) report(node, "escape", "`\\u{…}` in a string", "`\\uXXXX`");
  if (lineContinuation.test(raw)) report(node, "escape", "a string over two lines", "two strings and a `+`");
}

/** The lexer finds the end of `${…}` by counting braces, those inside of strings as well. */
function checkTemplate(node: TemplateLiteral, report: ReportFinding): void {
  for (const quasi of node.quasis) {
    if (quasi.value.cooked?.includes("${"))
      report(quasi, "template", "`${` as text in a template", "a plain string, or the brace in a variable");
    if (codePointEscape.test(quasi.value.raw)) report(quasi, "escape", "`\\u{…}` in a template", "`\\uXXXX`");
  }
  for (const expression of node.expressions)
    for (const inner of walk(expression)) {
      const text =
        inner.type === "Literal" ? inner.raw : inner.type === "TemplateElement" ? inner.value.raw : "";
      if (/[{}]/.test(text ?? ""))
        report(
          inner,
          "template",
          "a brace in a text inside a template's expression",
          "a variable that holds the text",
        );
    }
}

const flags = /^[gi]*$/;

/**
 * Espruino's matcher (src/jswrap_regexp.c) knows `. [] () | ^ $ * +`, \d \w \s and hex escapes. The rest it takes for
 * plain characters, so that the expression silently matches something else.
 */
function checkRegExp(node: Literal, report: ReportFinding): void {
  if (!("regex" in node) || !node.regex) return;
  const { pattern } = node.regex;
  if (!flags.test(node.regex.flags))
    report(node, "regexp", `the flags \`${node.regex.flags}\` of a regular expression`, "only `g` and `i`");
  const fault = patternFault(pattern);
  if (fault)
    report(
      node,
      "regexp",
      `${fault} in the regular expression ${node.raw ?? ""}`,
      "`indexOf`, `split`, or a loop",
    );
}

function patternFault(pattern: string): string | undefined {
  let depth = 0;
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    const next = pattern[i + 1];
    if (char === "\\") {
      i++;
      const fault = escapeFault(next, inClass);
      if (fault) return fault;
    } else if (inClass) {
      if (char === "]") inClass = false;
      else if (char === "/") return "`/` inside `[]` (write `\\/`)";
    } else if (char === "[") inClass = true;
    else if (char === "?") return i > 0 && /[*+?}]/.test(pattern[i - 1]) ? "a lazy quantifier" : "`?`";
    else if (char === "{" && /^\{\d+,?\d*\}/.test(pattern.slice(i))) return "a counted quantifier (`{n}`)";
    else if (char === "(") {
      if (next === "?") return "a group with `(?`";
      if (++depth > 1) return "a group inside a group";
    } else if (char === ")") {
      depth--;
      if (/[*+?{]/.test(next ?? "")) return "a repeated group";
    }
  }
  return undefined;
}

function escapeFault(char: string | undefined, inClass: boolean): string | undefined {
  if (char === undefined) return undefined;
  if (/[1-9]/.test(char)) return "a back reference";
  if (/[uckpP]/.test(char)) return `\`\\${char}\``;
  if (!inClass && /[bB]/.test(char)) return `\`\\${char}\``;
  return undefined;
}
