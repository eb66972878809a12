import { originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";
import type { CompiledScript } from "./bundle-script.js";
import { checkScript, type DialectFinding, refuseFindings } from "./dialect.js";
import {
  type BabelFileResult,
  type PluginItem,
  plugins,
  type TransformOptions,
  type types as t,
  transformFromAstSync,
  transformSync,
} from "./rewrite/babel.js";
import { callsOfEngine } from "./rewrite/engine-calls.js";
import { hoisting, type IsVar } from "./rewrite/hoist.js";
import { interop } from "./rewrite/interop.js";
import { ownLowering } from "./rewrite/lower.js";
import { RunTime } from "./rewrite/run-time.js";

/** What a first rewriting has shown to be needed: it changes more than it has to. */
interface Thorough {
  /** `let` and `const` become `var`, and loops whose variables a function keeps get a function a round. */
  readonly closures: boolean;
  /** Every `var` is declared at the start of its function. */
  readonly variables: boolean;
}

/** As the language has it where that is cheap; where it is not, as every program that one meets expects it. */
const assumptions = {
  arrayLikeIsIterable: true,
  ignoreFunctionLength: true,
  iterableIsArray: true,
  noDocumentAll: true,
  noNewArrows: true,
  objectRestNoSymbols: true,
  pureGetters: true,
  setComputedProperties: true,
  setSpreadProperties: true,
};

/**
 * Rewrites an application where the engine cannot run its JavaScript, or would run it differently, by Babel's plugins and a few of our own. A
 * program that needs none of it stays as it is.
 * @param folder what the map's sources are relative to
 * @throws SluiceError UNSUPPORTED_SYNTAX for what can only be seen in the program as it was written
 */
export async function rewriteScript(script: CompiledScript, folder: string): Promise<CompiledScript> {
  const closures = keepsOthers(checkScript(script.code));
  const first = await rewritten(script, folder, { closures, variables: false });
  const findings = checkScript(first.code);
  const thorough = {
    closures: closures || keepsOthers(findings),
    variables: findings.some(({ rule }) => rule === "order"),
  };
  return thorough.variables || thorough.closures !== closures ? rewritten(script, folder, thorough) : first;
}

/** A function would find other variables on the engine. */
function keepsOthers(findings: readonly DialectFinding[]): boolean {
  return findings.some(({ rule }) => rule === "loop-closure" || rule === "block-closure");
}

async function rewritten(
  { code, map }: CompiledScript,
  folder: string,
  { closures, variables }: Thorough,
): Promise<CompiledScript> {
  const options: TransformOptions = {
    configFile: false,
    babelrc: false,
    browserslistConfigFile: false,
    sourceType: "script",
    compact: false,
    comments: false,
    assumptions,
    parserOpts: { allowReturnOutsideFunction: true, plugins: ["decorators"] },
  };
  const findings: DialectFinding[] = [];
  const own = transformSync(code, {
    ...options,
    ast: true,
    code: false,
    plugins: [interop, ownLowering(findings)],
  });
  refuseFindings("UNSUPPORTED_SYNTAX", findings, { code, map }, folder);
  const runTime = new RunTime();
  const lowered = transformFromAstSync(program(own), code, {
    ...options,
    ast: true,
    code: false,
    plugins: [
      callsOfEngine(runTime),
      babelPlugin("object-rest-spread", { useBuiltIns: true }),
      babelPlugin("computed-properties"),
      babelPlugin("spread"),
      babelPlugin("parameters"),
      babelPlugin("destructuring"),
      ...(closures ? [babelPlugin("block-scoping")] : []),
      babelPlugin("regenerator", { generators: false, asyncGenerators: false }),
      runTime.plugin,
    ],
  });
  const hoisted = transformFromAstSync(program(lowered), code, {
    ...options,
    inputSourceMap: JSON.parse(map),
    sourceMaps: true,
    plugins: [hoisting(declaredByVar(new TraceMap(map)), variables)],
  });
  return { code: hoisted?.code ?? "", map: JSON.stringify(hoisted?.map) };
}

const declaring = /\b(var|let|const|class|enum|namespace|function)\b/g;

/** The word in front of the name tells. */
function declaredByVar(map: TraceMap): IsVar {
  return (place) => {
    const { source, line, column } = originalPositionFor(map, place);
    const text = source === null ? null : sourceContentFor(map, source);
    if (text === null || line === null) return true;
    const lines = text.split("\n");
    const [word = ""] = lines[line - 1]?.slice(column).match(/^\w+/) ?? [];
    const before = [...lines.slice(Math.max(0, line - 40), line - 1), lines[line - 1]?.slice(0, column)];
    const last = word.match(declaring)?.[0] ?? before.join("\n").match(declaring)?.at(-1);
    return last !== "let" && last !== "const" && last !== "class";
  };
}

function program(result: BabelFileResult | null): t.File {
  if (!result?.ast) throw new Error("Babel gave no program");
  return result.ast;
}

function babelPlugin(name: keyof typeof plugins, options: object = {}): PluginItem {
  return [plugins[name], options];
}
