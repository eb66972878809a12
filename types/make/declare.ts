import ts from "typescript";
import { isOfBoard } from "./declare-boards.js";
import type { ApiEntry, ApiParameter } from "./read-api.js";
import { refined, shared } from "./refine.js";

const head = `/**
 * Espruino's API on ESP32 boards, for TypeScript: names and types as the engine's own source describes them, made by
 * \`npm run types\`. What each of them does: espruino.com/Reference. One line in tsconfig.json takes it:
 * \`"types": ["sluice/esp32"]\`.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: the engine's API is untyped
`;

/** The declarations of the whole API, but for what TypeScript's own library has under the same name. */
export function declare(entries: readonly ApiEntry[]): string {
  const library = standardLibrary();
  const modules = namesOf(entries, "library");
  const owners = namesOf(entries, "class");
  for (const entry of entries)
    if (entry.owner !== undefined && !modules.includes(entry.owner) && !owners.includes(entry.owner))
      owners.push(entry.owner);
  return [
    head + shared.trimEnd(),
    declareGlobals(entries.filter((entry) => entry.owner === undefined && !library.globals.has(entry.name))),
    ...owners
      .filter((owner) => owner !== "ArrayBufferView")
      .map((owner) => declareOwner(owner, membersOf(entries, owner), library)),
    declareModules(entries, modules),
    "",
  ]
    .filter((part) => part !== undefined)
    .join("\n\n");
}

const namesOf = (entries: readonly ApiEntry[], kind: ApiEntry["kind"]): string[] =>
  entries.filter((entry) => entry.kind === kind).map((entry) => entry.name);

const membersOf = (entries: readonly ApiEntry[], owner: string): ApiEntry[] =>
  entries.filter((entry) => entry.owner === owner);

interface StandardLibrary {
  readonly globals: ReadonlySet<string>;
  /** Members of the global interface `name`; undefined where there is no such interface. */
  members(name: string): ReadonlySet<string> | undefined;
}

/** What lib.es2022 declares: those names are not declared again. */
function standardLibrary(): StandardLibrary {
  const options: ts.CompilerOptions = { lib: ["lib.es2022.d.ts"], types: [] };
  const host = ts.createCompilerHost(options);
  const empty = ts.createSourceFile("empty.ts", "", ts.ScriptTarget.ES2022);
  const readLibrary = host.getSourceFile;
  host.getSourceFile = (name, target) => (name === empty.fileName ? empty : readLibrary(name, target));
  const program = ts.createProgram([empty.fileName], options, host);
  const checker = program.getTypeChecker();
  const symbols = checker.getSymbolsInScope(empty, ts.SymbolFlags.Value | ts.SymbolFlags.Type);
  const named = new Map(symbols.map((symbol) => [symbol.name, symbol]));
  return {
    globals: new Set([...named.keys(), "arguments"]),
    members(name) {
      const symbol = named.get(name);
      if (symbol === undefined) return undefined;
      return new Set(
        checker
          .getDeclaredTypeOfSymbol(symbol)
          .getProperties()
          .map((member) => member.name),
      );
    },
  };
}

function declareGlobals(globals: readonly ApiEntry[]): string {
  const lines = globals.flatMap((entry) => {
    if (entry.kind === "function" && entry.name !== "require")
      return signatures(entry).map((signature) => `declare function ${entry.name}${signature};`);
    if ((entry.kind === "variable" || entry.kind === "object") && !isOfBoard(entry.name))
      return [`declare const ${entry.name}: ${resultOf(entry.returns)};`];
    return [];
  });
  return lines.join("\n");
}

const isStatic = (entry: ApiEntry): boolean => entry.kind.startsWith("static");

/** A class as an interface of its objects and a constant for the name; a namespace of functions as a constant alone. */
function declareOwner(
  owner: string,
  members: readonly ApiEntry[],
  library: StandardLibrary,
): string | undefined {
  const standard = library.members(owner);
  const standardStatics = library.members(`${owner}Constructor`) ?? standard;
  const create = members.find((entry) => entry.kind === "constructor");
  const own = members.filter((entry) => !isStatic(entry) && entry !== create && !standard?.has(entry.name));
  const statics = members.filter((entry) => isStatic(entry) && !standardStatics?.has(entry.name));
  const hasObjects = create !== undefined || own.some((entry) => entry.kind !== "event");
  if (standard !== undefined) return declareAdditions(owner, own, statics, library);
  const events = hasObjects ? [] : own;
  const named = [
    ...(create === undefined
      ? []
      : signatures(create, "constructor", owner).map((signature) => `new ${signature};`)),
    ...(hasObjects ? [`readonly prototype: ${owner};`] : []),
    ...linesOf([...statics, ...events]),
  ];
  return [
    ...(own.length > 0 && hasObjects ? [`interface ${owner} {`, ...indent(linesOf(own)), "}"] : []),
    `declare const ${owner}: {`,
    ...indent(named),
    "};",
  ].join("\n");
}

/** Generic interfaces are left alone: their parameters differ between versions of TypeScript. */
function declareAdditions(
  owner: string,
  own: readonly ApiEntry[],
  statics: readonly ApiEntry[],
  library: StandardLibrary,
): string | undefined {
  const parts: string[] = [];
  const objects = own.filter((entry) => entry.kind === "method" && entry.name !== "toString");
  if (objects.length > 0) parts.push(`interface ${owner} {`, ...indent(objects.flatMap(memberLines)), "}");
  if (statics.length > 0) {
    const name = library.globals.has(`${owner}Constructor`) ? `${owner}Constructor` : owner;
    parts.push(`interface ${name} {`, ...indent(statics.flatMap(memberLines)), "}");
  }
  return parts.length === 0 ? undefined : parts.join("\n");
}

/** `require("http")` and `import http from "http"`. */
function declareModules(entries: readonly ApiEntry[], modules: readonly string[]): string {
  const typeName = (module: string): string => `Module${module[0]?.toUpperCase()}${module.slice(1)}`;
  // Of the classes that are no libraries, the engine gives `url` by `require`, too.
  const all = [...modules, "url"];
  return [
    ...modules.map((module) =>
      [`interface ${typeName(module)} {`, ...indent(linesOf(membersOf(entries, module))), "}"].join("\n"),
    ),
    [
      "interface EspruinoModules {",
      ...indent(all.map((module) => `${module}: ${module === "url" ? "typeof url" : typeName(module)};`)),
      "}",
    ].join("\n"),
    ...all.map(
      (module) =>
        `declare module "${module}" {\n  const module: EspruinoModules["${module}"];\n  export = module;\n}`,
    ),
    "declare function require<Name extends keyof EspruinoModules>(name: Name): EspruinoModules[Name];",
    "declare function require(name: string): any;",
  ].join("\n\n");
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** Events last; who has some can be given others by `emit`. */
function linesOf(members: readonly ApiEntry[]): string[] {
  const events = members.filter((entry) => entry.kind === "event");
  return [
    ...members.filter((entry) => entry.kind !== "event").flatMap(memberLines),
    ...events.flatMap(memberLines),
    ...(events.length > 0 ? ["on(event: string, listener: (...args: any[]) => any): void;"] : []),
  ];
}

function memberLines(entry: ApiEntry): string[] {
  const key = `${entry.owner}.${entry.name}`;
  if (entry.kind === "event") {
    const listener =
      refined[`${entry.owner}.on:${entry.name}`] ?? `${parametersOf(entry.parameters)} => void`;
    return [`on(event: ${JSON.stringify(entry.name)}, listener: ${listener}): void;`];
  }
  const own = refined[key];
  if (typeof own === "string" && !own.startsWith("(") && !own.startsWith("<"))
    return [`${entry.name}: ${own};`];
  if (entry.kind === "property" || entry.kind === "staticproperty")
    return [`readonly ${entry.name}: ${resultOf(entry.returns)};`];
  return signatures(entry).map((signature) => `${entry.name}${signature};`);
}

function signatures(entry: ApiEntry, name = entry.name, result = resultOf(entry.returns)): string[] {
  const own = refined[entry.owner === undefined ? name : `${entry.owner}.${name}`];
  if (own !== undefined) return typeof own === "string" ? [own] : [...own];
  return [`${parametersOf(entry.parameters)}: ${result}`];
}

/** The engine never asks for trailing switches, options and callbacks. */
const mayBeLeftOut = (parameter: ApiParameter): boolean =>
  parameter.optional || parameter.type === "bool" || /^(options|callback)$/.test(parameter.name);

const keywords: Readonly<Record<string, string>> = {
  function: "callback",
  var: "value",
  this: "thisArg",
  arguments: "args",
};

function parametersOf(parameters: readonly ApiParameter[]): string {
  const required = parameters.reduce(
    (last, parameter, index) => (mayBeLeftOut(parameter) || parameter.type === "JsVarArray" ? last : index),
    -1,
  );
  const list = parameters.map((parameter, index) => {
    const name = keywords[parameter.name] ?? parameter.name;
    if (parameter.type === "JsVarArray") return `...${name}: any[]`;
    return `${name}${index > required ? "?" : ""}: ${parameterType(parameter)}`;
  });
  return `(${list.join(", ")})`;
}

function parameterType(parameter: ApiParameter): string {
  if (/^(callback|function|listener|executor)$/.test(parameter.name)) return "(...args: any[]) => any";
  if (parameter.type === "pin") return "PinLike";
  if (parameter.type === "bool") return "Bool";
  return resultOf(parameter.type);
}

const engineTypes: Readonly<Record<string, string>> = {
  int: "number",
  int32: "number",
  float: "number",
  bool: "boolean",
  pin: "Pin",
  JsVar: "any",
  JsVarArray: "any",
  String: "string",
  Array: "any[]",
  Promise: "Promise<any>",
  NRFSecurityStatus: "any",
  ArrayBufferView: "any",
};

function resultOf(type: string | undefined): string {
  return type === undefined ? "void" : (engineTypes[type] ?? type);
}
