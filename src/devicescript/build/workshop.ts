import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import type { SafePin } from "../../core/bundle/header.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { packageRoot } from "../../node/package-root.js";
import { type Compiler, compileFolder } from "./compiler.js";
import { agentEntry, commonFolder, type Sources } from "./sources.js";

export interface Compiled {
  /** Bytecode as the compiler made it. */
  readonly bytecode: Uint8Array;
  /** The compiler's debug information, JSON: functions, lines, names. Needed to read a trace from the board. */
  readonly debug: string;
}

const app = "src/app";
const sluice = "node_modules/sluice";

/**
 * Compiles a program in a temporary folder. DeviceScript's compiler writes its libraries and its output beside the
 * sources and takes the folder's git state into the program; here it can do neither, so that the same sources give the
 * same bytes wherever they lie, and two builds at a time do not meet.
 * @param safePins become part of the program: the runtime applies their levels at boot and before each start of the
 * program, before any of its code runs
 * @throws SluiceError BUILD_FAILED with file, line and column
 */
export async function compileProgram(
  compiler: Compiler,
  name: string,
  sources: Sources,
  safePins: readonly SafePin[],
): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-devs-"));
  try {
    const common = commonFolder(sources.app);
    await furnish(folder, name, sources, common, safePins);
    const complaints = await compileFolder(compiler, folder);
    if (complaints.length > 0)
      throw new SluiceError("BUILD_FAILED", complaints.map((line) => inPlace(line, common)).join("\n"));
    return {
      bytecode: await readFile(join(folder, ".devicescript/bin/bytecode.devs")),
      debug: (await readFile(join(folder, ".devicescript/bin/bytecode-dbg.json"), "utf8"))
        .replaceAll(`"${app}/`, '"')
        .replaceAll(`"${sluice}/`, '"sluice/'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function furnish(
  folder: string,
  name: string,
  sources: Sources,
  common: string,
  safePins: readonly SafePin[],
): Promise<void> {
  const root = packageRoot();
  const entry = slashes(relative(common, sources.app[0] ?? "")).replace(/\.ts$/, ".js");
  const texts = new Map([
    ["package.json", JSON.stringify({ name, version: "0.0.0" })],
    ["devsconfig.json", "{}"],
    ["src/main.ts", `import "./app/${entry}";\n${levelsText(safePins)}`],
    [
      `${sluice}/package.json`,
      JSON.stringify({ name: "sluice", version: "0.0.0", devicescript: { library: true } }),
    ],
    [`${sluice}/devicescript.ts`, `export * from "./${agentEntry.replace(/\.ts$/, ".js")}";\n`],
  ]);
  for (const file of sources.app)
    texts.set(`${app}/${slashes(relative(common, file))}`, await readFile(file, "utf8"));
  for (const file of sources.sluice)
    texts.set(`${sluice}/${slashes(relative(root, file))}`, await readFile(file, "utf8"));
  const facts = `${sluice}/src/devicescript/device/build-facts.ts`;
  if (texts.has(facts)) texts.set(facts, factsText(safePins));
  for (const [path, text] of texts) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const [packageName, from] of sources.packages)
    await cp(from, join(folder, "node_modules", packageName), {
      recursive: true,
      dereference: true,
      filter: (path) => basename(path) !== "node_modules",
    });
}

/** Puts the levels into the program's configuration. The compiler reads it, nothing runs. */
function levelsText(safePins: readonly SafePin[]): string {
  if (safePins.length === 0) return "";
  const levels = safePins.map(({ pin, level }) => `P${pin}: ${level}`).join(", ");
  return `import { configureHardware } from "@devicescript/servers";\nconfigureHardware({ sPin: { ${levels} } });\n`;
}

/** Replaces src/devicescript/device/build-facts.ts. */
function factsText(safePins: readonly SafePin[]): string {
  return `export const safePinNumbers: number[] = [${safePins.map(({ pin }) => pin).join(", ")}];\n`;
}

/** The compiler's complaint with the path where the user has the file. */
function inPlace(line: string, common: string): string {
  const here = slashes(relative(process.cwd(), common));
  return line
    .replace(`${app}/`, here === "" ? "" : `${here}/`)
    .replace(`${sluice}/`, "sluice/")
    .replace(/ - error TS\d+:/, ":");
}

function slashes(path: string): string {
  return path.split(sep).join("/");
}
