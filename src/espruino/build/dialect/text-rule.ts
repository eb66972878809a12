import type { AnyNode, Literal, TemplateLiteral } from "acorn";
import type { Report } from "./finding.js";
import { walk } from "./nodes.js";

/** Reports numbers, strings and templates that Espruino's lexer reads otherwise, or not at all. */
export function checkText(node: AnyNode, report: Report): void {
  if (node.type === "Literal") checkLiteral(node, report);
  if (node.type === "TemplateLiteral") checkTemplate(node, report);
}

const codePointEscape = /(^|[^\\])(\\\\)*\\u\{/;
const lineContinuation = /(^|[^\\])(\\\\)*\\\r?\n/;

function checkLiteral(node: Literal, report: Report): void {
  const raw = node.raw ?? "";
  if (node.bigint)
    report(node, "bigint", "a BigInt", "a number; whole numbers are exact up to 2 to the 53rd");
  if (typeof node.value !== "string") return;
  if (codePointEscape.test(raw)) report(node, "escape", "`\\u{…}` in a string", "`\\uXXXX`");
  if (lineContinuation.test(raw)) report(node, "escape", "a string over two lines", "two strings and a `+`");
}

/** The lexer finds the end of `${…}` by counting braces, those inside of strings as well. */
function checkTemplate(node: TemplateLiteral, report: Report): void {
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
