import { getLineInfo, type Program, parse } from "acorn";
import { checkBuiltins } from "./dialect/builtin-rules.js";
import { checkClasses } from "./dialect/class-rules.js";
import { checkClosures } from "./dialect/closure-rule.js";
import type { DialectFinding, Report } from "./dialect/finding.js";
import { walk } from "./dialect/nodes.js";
import { checkOrder } from "./dialect/order-rule.js";
import { checkRegExp } from "./dialect/regexp-rule.js";
import { resolveNames } from "./dialect/scope.js";
import { checkSyntax } from "./dialect/syntax-rules.js";
import { checkText } from "./dialect/text-rule.js";

export type { DialectFinding } from "./dialect/finding.js";

/**
 * What of a script Espruino would refuse or run differently, in the order of the text. Every rule was tried on the
 * engine itself (test/engines/espruino/dialect.test.ts). What no reading of a script can know is left to it: which
 * listener runs when, and which object a method belongs to.
 */
export function checkScript(code: string): DialectFinding[] {
  const found: { start: number; finding: DialectFinding }[] = [];
  const add = (start: number, rule: string, what: string, instead: string): void => {
    const { line, column } = getLineInfo(code, start);
    found.push({ start, finding: { rule, what, instead, line, column } });
  };
  const report: Report = (node, rule, what, instead) => add(node.start, rule, what, instead);
  try {
    const program = parseAny(code);
    const names = resolveNames(program);
    for (const node of walk(program)) {
      checkSyntax(node, names.parents.get(node), report);
      checkText(node, report);
      checkRegExp(node, report);
    }
    checkBuiltins(program, names, report);
    checkClasses(program, names, report);
    checkClosures(program, names, report);
    checkOrder(program, names, report);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("pos" in error) || typeof error.pos !== "number") throw error;
    add(error.pos, "syntax", `no JavaScript: ${error.message.replace(/ \(\d+:\d+\)$/, "")}`, "mend the line");
  }
  return found.sort((a, b) => a.start - b.start).map(({ finding }) => finding);
}

/** A script; failing that a module, so that `import` is named rather than called a syntax error. */
function parseAny(code: string): Program {
  const options = {
    ecmaVersion: "latest",
    allowReturnOutsideFunction: true,
    allowHashBang: true,
    locations: true,
  } as const;
  try {
    return parse(code, { ...options, sourceType: "script" });
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/import|export|await/.test(error.message)) throw error;
    return parse(code, { ...options, sourceType: "module" });
  }
}
