import { relative, resolve } from "node:path";
import { decodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { getLineInfo, type Program, parse } from "acorn";
import { SluiceError } from "../../errors/sluice-error.js";
import type { CompiledScript } from "./bundle-script.js";
import { checkBuiltins } from "./dialect/builtin-rules.js";
import { checkClasses } from "./dialect/class-rules.js";
import { checkClosures } from "./dialect/closure-rule.js";
import { checkLiterals } from "./dialect/literal-rules.js";
import { type ReportFinding, walk } from "./dialect/nodes.js";
import { checkOrder } from "./dialect/order-rule.js";
import { resolveNames } from "./dialect/scope.js";
import { checkSyntax } from "./dialect/syntax-rules.js";

/** One place in a script that Espruino cannot run, or runs differently. */
export interface DialectFinding {
  /** Stable name of the rule, e.g. `spread`. */
  readonly rule: string;
  /** What is wrong, without a full stop: "spread (`...`)". */
  readonly what: string;
  /** What to write instead, without a full stop. */
  readonly instead: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

/**
 * The places in a script that Espruino refuses or runs differently, in order. Every rule was tried on the
 * engine itself (test/engines/espruino/dialect.test.ts). What static analysis cannot see is left to it: which
 * listener runs when, and which object a method belongs to.
 */
export function checkScript(code: string): DialectFinding[] {
  const findings: DialectFinding[] = [];
  const report: ReportFinding = ({ start }, rule, what, instead) => {
    findings.push({ rule, what, instead, ...getLineInfo(code, start) });
  };
  try {
    const program = parseAny(code);
    const names = resolveNames(program);
    for (const node of walk(program)) {
      checkSyntax(node, names.parents.get(node), report);
      checkLiterals(node, report);
    }
    checkBuiltins(program, names, report);
    checkClasses(program, names, report);
    checkClosures(program, names, report);
    checkOrder(program, names, report);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !("pos" in error) || typeof error.pos !== "number") throw error;
    const what = `no JavaScript: ${error.message.replace(/ \(\d+:\d+\)$/, "")}`;
    report({ start: error.pos }, "syntax", what, "mend the line");
  }
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
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

/**
 * Refuses a script that Espruino cannot run, naming every place in the TypeScript sources.
 * @param folder what the map's sources are relative to
 * @throws SluiceError UNSUPPORTED_SYNTAX
 */
export function refuseDialect(script: CompiledScript, folder: string): void {
  refuseFindings("UNSUPPORTED_SYNTAX", checkScript(script.code), script, folder);
}

/** @throws SluiceError with this code, when there are any */
export function refuseFindings(
  code: "UNSUPPORTED_SYNTAX" | "NOT_YOUR_FILE",
  findings: readonly DialectFinding[],
  script: CompiledScript,
  folder: string,
): void {
  if (findings.length === 0) return;
  const map = new TraceMap(script.map);
  const places = findings.map((finding) => ({ ...finding, ...placeOf(map, finding) }));
  places.sort((a, b) => a.source.localeCompare(b.source) || a.line - b.line || a.column - b.column);
  const lines = places.map(({ what, instead, source, line, column }) => {
    const file = relative(process.cwd(), resolve(folder, source));
    return `${file}:${line}:${column + 1}: ${what}. Write instead: ${instead}`;
  });
  throw new SluiceError(code, [...new Set(lines)].join("\n"));
}

interface Place {
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

/** What stands there in the sources; where a compiler has put something in, what stands behind it. */
function placeOf(map: TraceMap, { line, column }: Pick<DialectFinding, "line" | "column">): Place {
  const { source, line: known, column: at } = originalPositionFor(map, { line, column });
  if (source !== null) return { source, line: known, column: at };
  const lines = decodedMappings(map).slice(line - 1);
  const next = lines
    .flatMap((segments, i) => segments.filter(([start]) => i > 0 || start > column))
    .find((segment) => segment.length > 1);
  if (next === undefined || next.length === 1) return { source: map.sources[0] ?? "", line: 1, column: 0 };
  return { source: map.sources[next[1]] ?? "", line: next[2] + 1, column: next[3] };
}

/**
 * What the real engine would not run, as one sentence: the virtual board refuses it as well.
 * @returns undefined when there is nothing
 */
export function refusedByEngine(code: string): string | undefined {
  const first = checkScript(code)[0];
  return first === undefined ? undefined : `${first.what}. Write instead: ${first.instead}`;
}
