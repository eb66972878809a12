import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

/**
 * Modules in a folder `lazy` are bundled, with all they need, into the body of the one function they export: until
 * that is called, they cost the board no variable, and afterwards as long as something of it is in use. What they
 * share with the rest of the program they hold a second time, in flash.
 */
export function lazyModules(options: BuildOptions): Plugin {
  return {
    name: "lazy-modules",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]lazy[\\/][^\\/]+\.ts$/ }, async ({ path }) => {
        const name = /^export function (\w+)\(/m.exec(await readFile(path, "utf8"))?.[1];
        if (name === undefined) return { errors: [{ text: `${path} exports no function` }] };
        const { outputFiles = [] } = await build({
          ...options,
          stdin: {
            contents: `import { ${name} } from ${JSON.stringify(path)}; lazy.result = ${name}(lazy.argument);`,
            resolveDir: dirname(path),
            sourcefile: "sluice:lazy",
          },
          outfile: `${path}.js`,
          absWorkingDir: dirname(path),
          minify: false,
          sourcemap: "inline",
        });
        const code = outputFiles[0]?.text ?? "";
        // On one line with the code's first, so that the lines of its source map stay right.
        const before = `export const ${name} = (argument) => { const lazy = { argument: argument }; `;
        const [script, map] = code.split("//# sourceMappingURL=");
        return {
          contents: `${before}${script}; return lazy.result; };\n//# sourceMappingURL=${map}`,
          loader: "js",
          resolveDir: dirname(path),
        };
      });
    },
  };
}
