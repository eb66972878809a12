import type { Host } from "./device.js";
import { lacking } from "./lacking.js";
import { binaryText, typeName } from "./values.js";

/** Builds one of the engine's own libraries when it is first required. */
export type NativeLibrary = () => unknown;

/**
 * require and Modules (src/jswrap_modules.c): what was added by addCached, else the engine's own libraries, else a
 * Storage file of that name.
 */
export function installModules(
  { machine, realm, device }: Host,
  natives: ReadonlyMap<string, NativeLibrary>,
  lackingModules: readonly string[],
): void {
  const cached = new Map<string, unknown>();

  /** Runs code as a module: it may fill `exports` or assign `module.exports`. */
  const evaluateModule = (code: string, name: string): unknown => {
    machine.checkDialect(code);
    const wrapped = `(function(exports, module) { module = { exports: exports };\n${code}\n;return module.exports; })`;
    const run = realm.evaluate(wrapped, name) as (this: unknown, exports: unknown) => unknown;
    const exports = realm.object({});
    return run.call(exports, exports);
  };
  const load = (name: string): unknown => {
    const native = natives.get(name);
    if (native) {
      const library = native() as object;
      for (const [member, value] of Object.entries(library)) realm.hide(library, member, value);
      return library;
    }
    const file = device.storage.read(name);
    if (file) return evaluateModule(binaryText(file), name);
    const missing = lackingModules.includes(name);
    throw realm.error("Error", missing ? lacking(`module ${name}`) : `Module "${name}" not found`);
  };

  machine.globals({
    require: (name) => {
      if (typeof name !== "string")
        throw realm.error("TypeError", `Expecting module name as a string, got ${typeName(name)}`);
      if (!cached.has(name)) cached.set(name, load(name));
      return cached.get(name);
    },
  });
  realm.define(
    "Modules",
    machine.object({
      getCached: () => realm.array([...cached.keys()]),
      removeCached: (name: unknown) => {
        if (!cached.delete(String(name))) throw realm.error("Error", `Module "${String(name)}" not found`);
      },
      removeAllCached: () => cached.clear(),
      addCached: (name: unknown, code: unknown) => {
        if (typeof name !== "string" || (typeof code !== "string" && typeof code !== "function"))
          throw realm.error("Error", "args must be addCached(string, string|function)");
        // a function's body is the module, with no more of its surroundings than on the board
        const source = typeof code === "string" ? code : `(${String(code)}).call(this);`;
        cached.set(name, evaluateModule(source, name));
      },
    }),
  );
}
