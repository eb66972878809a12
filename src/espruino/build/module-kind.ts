import type { Plugin } from "esbuild";

const asked = Symbol("asked");

/**
 * Whether a file of the program is an ES module follows from its text, whatever `"type"` the package.json around it has
 * (`npm init` writes "commonjs"): else a file that only imports would be wrapped as CommonJS, in code that the engine lacks.
 * esbuild applies `"type"` where it resolves a path itself, and not to a path that a plugin returns.
 */
export const moduleKindByText: Plugin = {
  name: "module-kind-by-text",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(\.|\/|[A-Za-z]:[\\/])/ }, async ({ path, pluginData, ...from }) => {
      if ((from.kind !== "import-statement" && from.kind !== "require-call") || pluginData === asked)
        return undefined;
      const found = await resolve(path, { ...from, pluginData: asked });
      return found.errors.length > 0 ? undefined : { path: found.path, sideEffects: found.sideEffects };
    });
  },
};
