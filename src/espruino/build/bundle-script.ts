import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { encode, type SourceMapMappings, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { parse } from "acorn";
import { type BuildOptions, type BuildResult, build, type Message, type Plugin } from "esbuild";
import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { packageRoot, packageVersion } from "../../node/package-root.js";
import { boardConstants } from "./board-constants.js";
import { walk } from "./dialect/nodes.js";
import { notToBeMade, outerNames } from "./member-names.js";
import { moduleKindByText } from "./module-kind.js";
import { applicationModules, nearestTsconfig, sluiceModule } from "./modules.js";

export type ScriptKind = "app" | "agent" | "part" | "loader";

export interface ScriptRequest {
  /** The first file of the program. */
  readonly entry: string;
  readonly kind: ScriptKind;
  readonly board: Board;
  /** The application's, where its `modules` are; default that of `entry`. */
  readonly folder?: string;
  /** Further constants, JavaScript expressions by name. */
  readonly define?: Readonly<Record<string, string>>;
  /** New names of the agent's members, by their names in its sources. */
  readonly names?: MemberNames;
}

/** The same for the agent and all of its parts: `reserveProps` stay as they are, `mangleCache` has the others' new names. */
export type MemberNames = Pick<BuildOptions, "mangleProps" | "reserveProps" | "mangleCache">;

export interface CompiledScript {
  /** ASCII, ES2015, without a final newline. */
  readonly code: string;
  /** Source map version 3 as JSON; sources relative to the folder of `entry`. */
  readonly map: string;
}

/**
 * What stands in front of the code and behind it. An application may overwrite the engine's globals: the agent
 * keeps those that it found at the start, and gives them to its parts, which are loaded later (device/resident/load.ts).
 */
const frames: Readonly<Record<ScriptKind, readonly [string, string]>> = {
  app: ["(function(){", "})();"],
  loader: ["(function(){", "})();"],
  agent: ["var $require=require,$later=setTimeout;", ""],
  part: [
    "var require,setTimeout,resident;exports.use=function(r,t,i){require=r;setTimeout=t;resident=i};",
    "",
  ],
};

/**
 * What esbuild would put into terms of ES2015 that the engine lacks as well: it stays as it is written, so that
 * rewrite.ts finds it, or the dialect check refuses it by its own name.
 */
const asWritten = Object.fromEntries(
  (
    "async-await async-generator for-await generator bigint decorators import-meta object-rest-spread class-field class-static-field " +
    "class-private-accessor class-private-brand-check class-private-field class-private-method " +
    "class-private-static-accessor class-private-static-field class-private-static-method " +
    "regexp-dot-all-flag regexp-lookbehind-assertions regexp-match-indices regexp-named-capture-groups " +
    "regexp-set-notation regexp-sticky-and-unicode-flags regexp-unicode-property-escapes"
  )
    .split(" ")
    .map((feature) => [feature, true]),
);

const common = {
  bundle: true,
  write: false,
  format: "cjs",
  target: "es2015",
  supported: asWritten,
  platform: "neutral",
  charset: "ascii",
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

function sourceOptions(request: Omit<ScriptRequest, "entry">, entry = ""): BuildOptions {
  const { kind, board, define } = request;
  const options = {
    ...common,
    define: {
      ...boardConstants(board, packageVersion()),
      ...(kind === "agent" ? { require: "$require", setTimeout: "$later", resident: "exports" } : {}),
      ...define,
    },
  };
  const compilerOptions = { useDefineForClassFields: false, alwaysStrict: false };
  if (kind !== "app")
    return {
      ...options,
      tsconfigRaw: { compilerOptions },
      plugins: [...(kind === "loader" ? [] : [wordsOnDemand]), sluiceModule, deviceModules],
    };
  const above = nearestTsconfig(dirname(entry));
  return {
    ...options,
    // As Node has it: what a package requires of another is the file that its author tried it with.
    mainFields: ["main", "module"],
    tsconfigRaw: JSON.stringify({ ...(above === undefined ? {} : { extends: above }), compilerOptions }),
    plugins: [sluiceModule, moduleKindByText, applicationModules(entry, request.folder ?? dirname(entry))],
  };
}

/**
 * Short names for the members of these files, whatever else they are called in.
 * @throws SluiceError BUILD_FAILED with file, line and column of every error
 */
export async function memberNames(
  entries: readonly string[],
  request: Omit<ScriptRequest, "entry">,
): Promise<MemberNames> {
  const [first = ""] = entries;
  const names: MemberNames = { mangleProps: /./, reserveProps: outerNames(), mangleCache: {} };
  const imports = entries
    .map((entry, index) => `export * as p${index} from ${JSON.stringify(resolve(entry))};`)
    .join("");
  const { mangleCache } = await bundled(dirname(first), {
    ...sourceOptions(request),
    ...names,
    // Names that are in use are not given to others.
    stdin: {
      contents: `${imports}if(0){${notToBeMade.map((name) => `({}).${name};`).join("")}}`,
      resolveDir: dirname(first),
    },
  });
  return { ...names, mangleCache: mangleCache ?? {} };
}

/**
 * TypeScript and JavaScript to one script, without frame, names and lines as they are. CommonJS is chosen as the output
 * format since it leaves `require("Storage")` as it stands, where every other format wraps it in what Espruino cannot parse.
 * @throws SluiceError BUILD_FAILED with file, line and column of every error
 */
export async function compileScript(request: ScriptRequest): Promise<CompiledScript> {
  const entry = resolve(request.entry);
  // Constants are written in now: afterwards esbuild has made variables of them, and no longer knows.
  const options = { ...sourceOptions(request, entry), minifySyntax: true };
  const [script] = await compileStarts(dirname(entry), [`import ${JSON.stringify(entry)};`], options);
  return script;
}

/**
 * A compiled script as it goes to the board. An app and the loader become a function called at once; the agent and its
 * parts stay flat, because they run as modules: they assign `exports` themselves.
 * @param folder what the map's sources are relative to
 */
export async function minifyScript(
  { code, map }: CompiledScript,
  request: Pick<ScriptRequest, "kind" | "names">,
  folder: string,
): Promise<CompiledScript> {
  const link = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
  const options = { ...common, tsconfigRaw: {}, plugins: [deviceModules], ...minified(request) };
  const [script] = await compileStarts(folder, [`${code}\n${link}\n`], options);
  return joinLines(script);
}

/** A part of the agent: its file, and the export of it that the agent calls. */
export interface PartStart {
  readonly entry: string;
  readonly opens: string;
}

/**
 * A script of each part, minified, and one of all of them that is not: esbuild reads the files that they share once.
 * @throws SluiceError BUILD_FAILED with file, line and column of every error
 */
export async function compileParts(
  folder: string,
  parts: readonly PartStart[],
  request: Omit<ScriptRequest, "entry">,
): Promise<{ readonly plain: CompiledScript; readonly small: readonly CompiledScript[] }> {
  const starts = parts.map(
    ({ entry, opens }, index) =>
      `import { ${opens} as open${index} } from ${JSON.stringify(resolve(entry))};exports.open=open${index};`,
  );
  const options = sourceOptions(request);
  const [plain] = await compileStarts(folder, [starts.join("")], options);
  const small = await compileStarts(folder, starts, { ...options, ...minified(request) });
  return { plain, small: small.map(joinLines) };
}

function minified({ kind, names }: Pick<ScriptRequest, "kind" | "names">): BuildOptions {
  const [banner, footer] = frames[kind];
  // The code itself stands in the second line in every case (joinLines, explain.ts).
  return { ...names, minify: true, banner: { js: banner }, footer: { js: footer } };
}

/** Of each start, the first lines of a program, a script. */
async function compileStarts(
  folder: string,
  starts: readonly string[],
  options: BuildOptions,
): Promise<CompiledScript[]> {
  // Minified names must not be `of`, which Espruino reserves everywhere: naming it here keeps the minifier away.
  const contents = starts.map((start) => (options.minify ? `${start}\nif (0) of;` : start));
  const { outputFiles = [] } = await bundled(folder, {
    ...options,
    plugins: [programStarts(contents, folder), ...(options.plugins ?? [])],
    entryPoints: starts.map((_, index) => ({ in: `sluice:start:${index}`, out: `${index}` })),
    outdir: folder,
    sourcemap: "external",
  });
  const texts = new Map(outputFiles.map((file) => [basename(file.path), file]));
  return starts.map((_, index) => {
    const text = (end: string): string => texts.get(`${index}${end}`)?.text ?? "";
    return { code: text(".js").trimEnd(), map: text(".js.map") };
  });
}

/** @throws SluiceError BUILD_FAILED with file, line and column of every error */
async function bundled(folder: string, options: BuildOptions): Promise<BuildResult> {
  try {
    return await build({ ...options, absWorkingDir: folder });
  } catch (cause) {
    const { code, text } = failures(cause, folder);
    throw new SluiceError(code, text, { cause });
  }
}

/** Programs begin with a text instead of a file. */
function programStarts(contents: readonly string[], resolveDir: string): Plugin {
  return {
    name: "program-starts",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^sluice:start:/ }, ({ path }) => ({
        path: path.slice("sluice:start:".length),
        namespace: "sluice:start",
      }));
      onLoad({ filter: /.*/, namespace: "sluice:start" }, ({ path }) => ({
        contents: contents[Number(path)] ?? "",
        resolveDir,
      }));
    },
  };
}

/** Modules of the board stay `require` calls. */
const deviceModules: Plugin = {
  name: "device-modules",
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === "require-call" ? { path, external: true } : undefined,
    ),
};

/** In the agent the texts of faults are a part of their own: each of the others would carry them, for the rare case. */
const wordsOnDemand: Plugin = {
  name: "words-on-demand",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/fault-words\.js$/ }, ({ importer }) =>
      importer.startsWith(join(packageRoot(), "src/core"))
        ? { path: join(packageRoot(), "src/espruino/device/fault-words.ts") }
        : undefined,
    ),
};

function failures(cause: unknown, folder: string): { readonly code: string; readonly text: string } {
  const messages: Message[] =
    cause instanceof Error && "errors" in cause && Array.isArray(cause.errors) ? cause.errors : [];
  if (messages.length === 0)
    return { code: "BUILD_FAILED", text: cause instanceof Error ? cause.message : String(cause) };
  const lines = messages.map(({ text, location }) => {
    if (location === null) return text;
    const file = isAbsolute(location.file) ? location.file : join(folder, location.file);
    return `${file}:${location.line}:${location.column + 1}: ${text}`;
  });
  const own = messages.find(({ detail }) => detail instanceof SluiceError)?.detail;
  return { code: own instanceof SluiceError ? own.code : "BUILD_FAILED", text: lines.join("\n") };
}

/**
 * Writes line breaks inside of templates as `\n`, so that all code stands in one line. The board counts lines from the
 * start of its Storage file, where much else lies, so a line number from it means nothing; the column does.
 */
export function joinLines({ code, map }: CompiledScript): CompiledScript {
  if (!code.includes("`")) return { code, map };
  const breaks = new Set<number>();
  for (const node of walk(parse(code, { ecmaVersion: "latest" })))
    if (node.type === "TemplateElement")
      for (let at = code.indexOf("\n", node.start); at >= 0 && at < node.end; at = code.indexOf("\n", at + 1))
        breaks.add(at);
  if (breaks.size === 0) return { code, map };
  const mapped = decodedMappings(new TraceMap(map));
  const lines: SourceMapMappings = [];
  // Where the line begins in the code, and how far to the right it comes to stand.
  let start = 0;
  let shift = 0;
  code.split("\n").forEach((text, line) => {
    if (shift === 0) lines.push([]);
    for (const [column, ...rest] of mapped[line] ?? [])
      lines.at(-1)?.push([column + shift, ...rest] as SourceMapSegment);
    start += text.length + 1;
    shift = breaks.has(start - 1) ? shift + text.length + 2 : 0;
  });
  const joined = code.replace(/\n/g, (newline, at: number) => (breaks.has(at) ? "\\n" : newline));
  return { code: joined, map: JSON.stringify({ ...JSON.parse(map), mappings: encode(lines) }) };
}
