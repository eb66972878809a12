import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../node/package-root.js";

/**
 * Names of members that mean something outside the agent, and so stay as they are when esbuild shortens those of the
 * agent (`mangleProps`): every name of over four characters costs the engine a variable for each object that has it,
 * and every comparison time.
 */
export function outerNames(): RegExp {
  const names = new Set<string>([...builtInNames(), ...notToBeMade, "use"]);
  const device = join(packageRoot(), "src/espruino/device");
  // The engine's interface, what applications import, what provisioning writes, what the loader passes.
  for (const file of ["espruino.d.ts", "sluice.ts", "settings.ts", "boot-info.ts"])
    for (const name of membersOf(join(device, file))) names.add(name);
  // Listeners of the application are given events.
  for (const folder of [join(packageRoot(), "src/core"), device])
    for (const name of eventMembers(folder)) names.add(name);
  // Members of enums have a capital letter; as constants they vanish.
  return new RegExp(`^([A-Z].*|${[...names].map((name) => name.replaceAll("$", "\\$")).join("|")})$`);
}

/** Reserved words, which the engine's lexer treats as such everywhere. */
export const notToBeMade = ["do", "if", "in", "of"];

/** All identifiers of a file, and the members of the interfaces that it imports as types. */
function membersOf(file: string): string[] {
  const text = readFileSync(file, "latin1");
  const imported = [...text.matchAll(/^import type \{([^}]*)\} from "(\.[^"]+)\.js";$/gm)].flatMap(
    ([, types = "", source = ""]) => {
      const declarations = readFileSync(join(dirname(file), `${source}.ts`), "latin1");
      return identifiers(types).flatMap((type) => {
        const [, body = ""] = new RegExp(`interface ${type} \\{([\\s\\S]*?)\n\\}`).exec(declarations) ?? [];
        return identifiers(body);
      });
    },
  );
  return [...identifiers(text.replace(/^import [^;]*;$/gm, "")), ...imported];
}

function identifiers(text: string): string[] {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").match(/[A-Za-z_$][\w$]*/g) ?? [];
}

/** Members of objects, and of their types, that have one called `event`. */
function eventMembers(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "latin1");
    for (const [, inside = ""] of text.matchAll(/\{([^{}]*\bevent: (?:"|string)[^{}]*)\}/g))
      for (const [, name = ""] of inside.matchAll(/(\w+)\??:/g)) found.push(name);
  }
  return found;
}

function builtInNames(): string[] {
  const types = [Object, Function, Array, String, Number, Boolean, Error, Date, RegExp, Promise, ArrayBuffer];
  const views = [Uint8Array, Uint16Array, Uint32Array, Int32Array, DataView];
  const things: object[] = [globalThis, Math, JSON, Object.getPrototypeOf(Uint8Array.prototype)];
  for (const type of [...types, ...views]) things.push(type, type.prototype);
  return things.flatMap((thing) => Object.getOwnPropertyNames(thing));
}
