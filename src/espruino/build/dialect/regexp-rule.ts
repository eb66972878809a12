import type { AnyNode } from "acorn";
import type { Report } from "./finding.js";

const flags = /^[gi]*$/;

/**
 * Espruino's matcher (src/jswrap_regexp.c) knows `. [] () | ^ $ * +`, \d \w \s and hex escapes. The rest it takes for
 * plain characters, so that the expression matches something else without a word.
 */
export function checkRegExp(node: AnyNode, report: Report): void {
  if (node.type !== "Literal" || !("regex" in node) || !node.regex) return;
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
