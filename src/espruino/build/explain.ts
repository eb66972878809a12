import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type AnyNode, parse } from "acorn";
import { SluiceError } from "../../errors/sluice-error.js";
import { type AnyFunction, isFunction, keyName, walk } from "./dialect/nodes.js";

/** One bundle that may stand behind a trace. */
export interface ExplainSource {
  /** The source map that `sluice build` wrote. */
  readonly map: string;
  /** The code of the bundle, when it is at hand: distinguishes the frames of an app from those of the agent. */
  readonly code?: string;
}

/** The line of a bundle's code: the first holds the opening, or nothing (bundle-script.ts). */
const codeLine = 2;

// Espruino: "    at b (sluice:1:1069)" or "    at sluice:1:1120"; only code in flash has a name before the colons.
const frame = /^(\s*at )(?:(.+?) \()?([^\s():]+):(\d+):(\d+)\)?\s*$/;

/**
 * Puts TypeScript places into a stack trace from a board. Lines that are no frames, or of code not in the maps, stay.
 * @throws SluiceError BAD_SOURCE_MAP
 */
export function explainTrace(trace: string, sources: readonly ExplainSource[]): string {
  const bundles = sources.map(openSource);
  let last = bundles[0];
  return trace
    .split(/\r?\n/)
    .map((line) => {
      const [, start = "", name, , , column] = frame.exec(line) ?? [];
      if (column === undefined) return line;
      const at = Number(column) - 1;
      // A frame without a name, as methods have none, belongs where the one before it did.
      const bundle =
        (name !== undefined && bundles.find((one) => isCalled(one.functionAt(at), name))) || last;
      last = bundle;
      const place = originalPositionFor(bundle.map, { line: codeLine, column: at });
      if (place.source === null) return line;
      const where = `${place.source}:${place.line}:${place.column + 1}`;
      const span = bundle.functionAt(at);
      const written =
        span?.name && originalPositionFor(bundle.map, { line: codeLine, column: span.nameAt }).name;
      const called = written || span?.name || (name?.includes("{") ? undefined : name);
      return `${start}${called === undefined ? where : `${called} (${where})`}`;
    })
    .join("\n");
}

/** Whether the function has that name; without one of its own the engine calls it by its first chars. */
function isCalled(span: FunctionSpan | undefined, name: string): boolean {
  return span?.name === name || (span !== undefined && spaceless(span.text).startsWith(spaceless(name)));
}

/** A function as the engine writes it out, where it has no name for it: `(a) => b` is `function (a) {return b}` there. */
function engineText(code: string, node: AnyFunction): string {
  const parameters = node.params.map((one) => code.slice(one.start, one.end)).join();
  const body = code.slice(node.body.start, node.body.end);
  return `function(${parameters})${node.body.type === "BlockStatement" ? body : `{return ${body}}`}`;
}

function spaceless(text: string): string {
  return text.replace(/\\n|\s/g, "");
}

interface FunctionSpan {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** As the engine prints it, which may be minified. */
  readonly name?: string;
  /** Where the name stands. */
  readonly nameAt: number;
}

interface OpenSource {
  readonly map: TraceMap;
  /** The innermost function around a column of the code line. */
  readonly functionAt: (column: number) => FunctionSpan | undefined;
}

function openSource({ map, code }: ExplainSource): OpenSource {
  try {
    const spans = code === undefined ? [] : functionsOf(code);
    const functionAt = (column: number) =>
      spans.filter(({ from, to }) => from <= column && column < to).at(-1);
    return { map: new TraceMap(map), functionAt };
  } catch (cause) {
    throw new SluiceError("BAD_SOURCE_MAP", "this is not a source map, or not the bundle it belongs to", {
      cause,
    });
  }
}

/** All functions of the code line, those around others first. */
function functionsOf(code: string): FunctionSpan[] {
  const start = code.indexOf("\n") + 1;
  const names = new Map<AnyNode, { name: string; nameAt: number }>();
  const remember = (value: AnyNode | null | undefined, name: string | undefined, at: AnyNode): void => {
    if (value && name !== undefined) names.set(value, { name, nameAt: at.start - start });
  };
  return walk(parse(code, { ecmaVersion: "latest" })).flatMap((node) => {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier")
      remember(node.init, node.id.name, node.id);
    if (node.type === "MethodDefinition" || node.type === "Property")
      remember(node.value, keyName(node, node.key), node.key);
    if (!isFunction(node)) return [];
    if (node.type !== "ArrowFunctionExpression" && node.id) remember(node, node.id.name, node.id);
    const [from, to] = [node.start - start, node.end - start];
    return { from, to, text: engineText(code, node), nameAt: from, ...names.get(node) };
  });
}
