import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.js";

/** Files whose names are spoken outside of a bundle: the engine's API, the app's, what loader and agent exchange. */
const spoken = ["espruino.d.ts", "sluice.ts", "boot-info.ts", "config.ts"];

/** What the minifier is told: which members to shorten, and to what, the same in every bundle. */
export interface ShortNames {
  readonly mangleProps: RegExp;
  readonly mangleCache: Record<string, string>;
}

let known: ShortNames | undefined;

/**
 * Members of the core's and the device's classes and interfaces, for the minifier to shorten: on a board each long name
 * costs flash wherever it is said, and a second variable in every object that has it. A name that is also spoken anywhere
 * outside a bundle, in an event, or by the language itself, stays.
 */
export function shortNames(): ShortNames {
  known ??= collect();
  return known;
}

function collect(): ShortNames {
  const device = join(packageRoot(), "src/espruino/device");
  const sources = [...filesOf(join(packageRoot(), "src/core")), ...filesOf(device)].map(codeOf);
  const found = new Set<string>();
  for (const source of sources) {
    for (const [, name] of source.matchAll(/\bprivate (?:readonly )?(\w+)/g)) found.add(name);
    for (const [, name] of source.matchAll(/^ +(?:private |readonly )*(\w+)\??[(:]/gm)) found.add(name);
  }
  const outside = spoken.map((file) => codeOf(join(device, file))).join("\n");
  const events = sources.flatMap((source) => source.match(/\{[^{}]*\bevent: [^}]*\}/g) ?? []).join("\n");
  const kept = new Set([...(`${outside}\n${events}`.match(/\w+/g) ?? []), ...languageNames()]);
  const names = [...found].filter((name) => !kept.has(name)).sort();
  return {
    mangleProps: new RegExp(`^(${names.join("|")})$`),
    mangleCache: Object.fromEntries(names.map((name, index) => [name, `_${index.toString(36)}`])),
  };
}

let outward: ReadonlySet<string> | undefined;

/**
 * Methods that somebody outside of an application may call on an object of its: the agent on steps and options
 * (interfaces of sluice.ts), the engine on what a stream is piped from or into, the language on anything.
 */
export function outwardNames(): ReadonlySet<string> {
  if (outward !== undefined) return outward;
  const found = new Set(["toString", "toJSON", "valueOf", "then", "read", "write", "end", "on", "emit"]);
  const faces = codeOf(join(packageRoot(), "src/espruino/device/sluice.ts"));
  for (const [, members = ""] of faces.matchAll(/interface \w*(?:Step|Options|Button) \{(.*?)^\}/gms))
    for (const [, name = ""] of members.matchAll(/^ {2}readonly (\w+)\??: \(/gm)) found.add(name);
  outward = found;
  return found;
}

/** Members of newer JavaScript that Espruino lacks. */
const unknownThere = new Set(["at"]);

/** Members of what JavaScript brings along. */
function languageNames(): string[] {
  const natives = [
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    Error,
    Math,
    JSON,
    Promise,
    Uint8Array,
    ArrayBuffer,
  ];
  const found = natives.flatMap((native) => [
    ...Object.getOwnPropertyNames(native),
    ...("prototype" in native ? Object.getOwnPropertyNames(native.prototype) : []),
    ...("prototype" in native
      ? Object.getOwnPropertyNames(Object.getPrototypeOf(native.prototype) ?? {})
      : []),
  ]);
  return found.filter((name) => !unknownThere.has(name));
}

/** A source without its comments. */
function codeOf(file: string): string {
  return readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
