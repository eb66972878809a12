import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import type { SafePin } from "../core/bundle/header.js";
import { packageManifest, packageRoot } from "../node/package-root.js";

export const templates = ["blink", "garden", "empty", "javascript"] as const;
export type Template = (typeof templates)[number];

/** What a new project is made from. */
export interface ProjectChoices {
  /** Of the application, and of the board on the network. */
  readonly name: string;
  readonly board: Board;
  readonly template: Template;
  /** A program that is there already, instead of the template's. */
  readonly entry?: string | undefined;
}

export type PackageManager = "npm" | "pnpm" | "yarn";

/** By the lock file that is there, else by who runs this process. */
export function packageManager(folder: string, agent = process.env["npm_config_user_agent"]): PackageManager {
  if (existsSync(join(folder, "pnpm-lock.yaml"))) return "pnpm";
  if (existsSync(join(folder, "yarn.lock"))) return "yarn";
  if (existsSync(join(folder, "package-lock.json"))) return "npm";
  const [, name = "npm"] = /^(pnpm|yarn)\//.exec(agent ?? "") ?? [];
  return name as PackageManager;
}

/** Why the template is not for the board; undefined: it is. */
export function templateFault(template: Template, board: Board): string | undefined {
  if (board.espruino === undefined && board.devicescript === undefined)
    return `${board.id} runs Arduino's firmware; take a board with Espruino or DeviceScript`;
  if (template === "javascript" && board.devicescript !== undefined)
    return "DeviceScript takes TypeScript only; take the template blink or empty";
  if (template === "garden" && board.chip !== "esp32")
    return `the garden is wired for an ESP32, not for the pins of ${board.id}; take the template blink or empty`;
  return undefined;
}

/**
 * The program of a template, by its path in the project; the board's name on the network is the project's.
 * @param safePins become part of its sluice.json
 */
function programFiles({ template, board, name }: ProjectChoices): {
  readonly files: ReadonlyMap<string, string>;
  readonly safePins: readonly SafePin[];
} {
  const files = new Map<string, string>();
  const engine = board.devicescript === undefined ? "" : "-devicescript";
  const take = (folder: string, leave: RegExp): void => {
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
      const file = path.replaceAll("\\", "/");
      if (!/\.(ts|js|json)$/.test(file) || leave.test(file)) continue;
      const text = readFileSync(join(folder, path), "utf8")
        .replaceAll('"../garden/', '"./')
        .replaceAll('"../../garden/', '"../')
        .replace(/hostname: "(my-board|garden)"/, `hostname: "${name}"`);
      files.set(file, text);
    }
  };
  const root = packageRoot();
  if (template !== "garden") {
    take(join(root, "templates", template + engine), /^$/);
    return { files, safePins: [] };
  }
  const garden = join(root, `devs/garden${engine}`);
  const older = /^(sluice|release-.*)\.json$|spring\.ts$/;
  if (engine !== "")
    take(join(root, "devs/garden"), /^(main|spring|programs\/spring)\.ts$|^espruino\/|json$/);
  take(garden, engine === "" ? older : /json$|spring\.ts$|modules?\b/);
  return { files, safePins: JSON.parse(readFileSync(join(garden, "sluice.json"), "utf8")).safePins };
}

/** Files of a project by path; package.json, which may be there already, is not among them. */
export function projectFiles(choices: ProjectChoices, manager: PackageManager): ReadonlyMap<string, string> {
  const { name, board, entry } = choices;
  const isDeviceScript = board.devicescript !== undefined;
  const program =
    entry === undefined ? programFiles(choices) : { files: new Map<string, string>(), safePins: [] };
  const main = entry ?? (choices.template === "javascript" ? "main.js" : "main.ts");
  const manifest = {
    $schema: "./node_modules/sluice/sluice.schema.json",
    name,
    version: "1.0.0",
    board: board.id,
    entry: main,
    safePins: program.safePins,
  };
  const files = new Map(program.files);
  files.set("sluice.json", json(manifest));
  files.set(".gitignore", ["node_modules/", "*.app", "*.app.map", "*.devs", "*.dbg.json", ""].join("\n"));
  if (!isDeviceScript) files.set("tsconfig.json", json(compilerConfig(board, main)));
  files.set(".github/workflows/firmware.yml", workflow(manager, !isDeviceScript));
  return files;
}

function compilerConfig(board: Board, main: string): object {
  return {
    compilerOptions: {
      types: [typesOf(board)],
      lib: ["es2022"],
      target: "es2022",
      module: "preserve",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowJs: main.endsWith(".js") ? true : undefined,
    },
  };
}

/** What declares the board's API to TypeScript. */
export function typesOf(board: Board): string {
  return `sluice/${board.chip === "linux" ? "esp32" : board.chip}`;
}

type Package = {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
} & Record<string, unknown>;

/**
 * package.json with what a project needs, the rest as it was.
 * @param before its text; undefined: there is none
 * @param force replaces scripts of the same names
 */
export function packageFile(
  { name, board }: ProjectChoices,
  before: string | undefined,
  force: boolean,
): { readonly text: string; readonly kept: readonly string[]; readonly hasSluice: boolean } {
  const found: Package = before === undefined ? { name, private: true, type: "module" } : JSON.parse(before);
  const isDeviceScript = board.devicescript !== undefined;
  const to = isDeviceScript ? name : `${name}.local`;
  const wanted: Record<string, string> = {
    dev: isDeviceScript ? `sluice dev --to ${to}` : "sluice dev",
    build: "sluice build",
    ...(isDeviceScript ? {} : { check: "tsc" }),
    upload: `sluice upload --to ${to}`,
  };
  const own = found.scripts ?? {};
  const kept = force ? [] : Object.keys(wanted).filter((key) => key in own && own[key] !== wanted[key]);
  for (const key of kept) delete wanted[key];
  const there = { ...found.dependencies, ...found.devDependencies };
  const tools: Record<string, string> = isDeviceScript
    ? { "@devicescript/cli": "2.16.4", "jacdac-ts": packageManifest().peerDependencies["jacdac-ts"] ?? "" }
    : { typescript: "^5.9.3" };
  for (const key of Object.keys(tools)) if (key in there) delete tools[key];
  const text = json({
    ...found,
    scripts: { ...own, ...wanted },
    devDependencies: { ...found.devDependencies, ...tools },
  });
  return { text, kept, hasSluice: "sluice" in there };
}

const install: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ["      - run: npm ci"],
  pnpm: ["      - run: corepack enable", "      - run: pnpm install --frozen-lockfile"],
  yarn: ["      - run: corepack enable", "      - run: yarn install"],
};

function workflow(manager: PackageManager, hasCheck: boolean): string {
  return `${[
    "name: firmware",
    "on: [push, pull_request]",
    "jobs:",
    "  build:",
    "    runs-on: ubuntu-latest",
    "    steps:",
    "      - uses: actions/checkout@v4",
    "      - uses: actions/setup-node@v4",
    "        with:",
    "          node-version: 22",
    ...install[manager],
    ...(hasCheck ? [`      - run: ${manager} run check`] : []),
    `      - run: ${manager} run build`,
    "      - uses: actions/upload-artifact@v4",
    "        with:",
    "          name: firmware",
    `          path: "*.${hasCheck ? "app" : "devs"}"`,
  ].join("\n")}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
