import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { espruinoModule } from "./espruino-modules.js";

/** Modules that the engine itself has on one board or another: `import` and `require` of them stay a `require`. */
export const engineModules: ReadonlySet<string> = new Set(
  (
    "Flash NetworkJS Storage TelnetServer Wifi crypto dgram fs heatshrink http neopixel net sluice tensorflow timer tls " +
    "tv ESP8266"
  ).split(" "),
);

/** `sluice/espruino` is the agent, which the loader has put there as a module. */
export const sluiceModule: Plugin = {
  name: "sluice-module",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^sluice\/espruino$/ }, () => ({ path: "agent", namespace: "sluice" }));
    onLoad({ filter: /.*/, namespace: "sluice" }, () => ({
      contents: 'export const ota = require("sluice").ota;',
      loader: "js",
    }));
  },
};

const asked = Symbol("asked");

/**
 * What an application imports or requires: the engine's modules, files, JSON, packages, and Espruino's modules.
 * @param folder the application's, where its `modules` are
 */
export function applicationModules(entry: string, folder: string): Plugin {
  return {
    name: "application-modules",
    setup({ onResolve, onLoad, resolve: find }) {
      onResolve({ filter: /^[\w-]+$/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === asked || from.kind === "entry-point") return undefined;
        if (engineModules.has(path)) return { path, external: true };
        const found = await find(path, { ...from, pluginData: asked });
        if (found.errors.length === 0) return { path: found.path, sideEffects: found.sideEffects };
        try {
          return { path: await espruinoModule(path, folder) };
        } catch (detail) {
          return { errors: [{ text: detail instanceof Error ? detail.message : String(detail), detail }] };
        }
      });
      // Espruino calls a global `onInit` once the program is loaded; in a bundle nothing is global.
      onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        if (path !== entry) return undefined;
        const text = await readFile(path, "utf8");
        if (!/\bonInit\b/.test(text)) return undefined;
        const contents = `${text}\n;typeof onInit === "function" && E.on("init", onInit);`;
        return { contents, loader: /ts$/.test(path) ? "ts" : "js" };
      });
    },
  };
}

/** The tsconfig.json of the folder or the nearest one above it. */
export function nearestTsconfig(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const file = join(at, "tsconfig.json");
    if (existsSync(file)) return file;
    if (dirname(at) === at) return undefined;
  }
}
