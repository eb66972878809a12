import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";
import type { ProjectChoices, Template } from "./project-files.js";
import { plain, printResult } from "./terminal.js";

/** As commander parses them. */
interface InitFlags {
  readonly name?: string;
  readonly board?: string;
  readonly template?: Template;
  readonly entry?: string;
  readonly force?: true;
  readonly json?: true;
}

/** `sluice init`: a project of one's own. */
export function addInit(program: Command): void {
  program
    .command("init")
    .summary("begin a project of your own")
    .description(
      "Write what a project needs: sluice.json, a first program, package.json's scripts (dev, build, check, upload), tsconfig.json, .gitignore and a GitHub workflow. On a terminal it asks for what no flag names. Files of your own are kept.",
    )
    .argument("[folder]", "where; it may be there already", ".")
    .option(
      "--name <name>",
      "of the application and of the board on the network (else the folder's)",
      nameArgument,
    )
    .option("--board <board>", "the board; `sluice boards` lists them (else esp32-devkit)")
    .addOption(
      program
        .createOption("--template <template>", "the first program (else blink)")
        .choices(["blink", "garden", "empty", "javascript"]),
    )
    .option("--entry <file>", "a program of yours that is there already, instead of a template")
    .option("--force", "overwrite files that are there")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice init\n  sluice init --name shed --board esp32c3-devkit --template blink\n",
    )
    .action(runInit);
}

/** What a board can be called on the network, and an application in its bundle. */
function nameFault(name: string): string | undefined {
  if (/^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$/.test(name)) return undefined;
  return "A name has 1 to 24 lower-case letters, digits and hyphens, and no hyphen at an end.";
}

function nameArgument(text: string): string {
  const fault = nameFault(text);
  if (fault !== undefined) throw new InvalidArgumentError(fault);
  return text;
}

function nameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)
    .replace(/^-+|-+$/g, "");
  return name || "my-board";
}

async function runInit(folder: string, flags: InitFlags): Promise<void> {
  const { packageFile, packageManager, projectFiles, templateFault, typesOf } = await import(
    "./project-files.js"
  );
  const choices = await choose(folder, flags);
  const fault = flags.entry === undefined ? templateFault(choices.template, choices.board) : undefined;
  if (fault !== undefined) throw new SluiceError("NO_TEMPLATE", fault);
  const manager = packageManager(folder);
  const files = projectFiles(choices, manager);
  const there = [...files.keys()].filter((file) => existsSync(join(folder, file)));
  // These are common to all kinds of projects: what is there stays.
  const kept = flags.force
    ? []
    : there.filter((file) =>
        [".gitignore", "tsconfig.json", ".github/workflows/firmware.yml"].includes(file),
      );
  const inTheWay = flags.force ? [] : there.filter((file) => !kept.includes(file));
  if (inTheWay.length > 0)
    throw new SluiceError("FILE_EXISTS", `There already: ${inTheWay.join(", ")}. Nothing was written.`);
  const before = existsSync(join(folder, "package.json"))
    ? readFileSync(join(folder, "package.json"), "utf8")
    : undefined;
  const ours = packageFile(choices, before, flags.force ?? false);
  const wrote = ["package.json", ...[...files.keys()].filter((file) => !kept.includes(file))];
  for (const file of wrote)
    write(join(folder, file), file === "package.json" ? ours.text : (files.get(file) ?? ""));

  const run = manager === "npm" ? "npm run" : manager;
  const lines = [`wrote ${wrote.join(", ")}`];
  for (const file of kept) lines.push(`kept your ${file}`);
  if (kept.includes("tsconfig.json")) lines.push(`  its "types" should name "${typesOf(choices.board)}"`);
  for (const script of ours.kept) lines.push(`kept your script "${script}" of package.json`);
  lines.push("", "Next:");
  if (resolve(folder) !== process.cwd()) lines.push(`  cd ${folder}`);
  if (!ours.hasSluice)
    lines.push(`  ${manager} ${manager === "npm" ? "install" : "add"} sluice   (or the path of its .tgz)`);
  lines.push(
    `  ${manager} install`,
    `  ${run} dev      runs it${choices.board.espruino ? " on a virtual board" : ""}, again after each change that you save`,
    `  ${run} build    makes the file that boards take`,
    `  ${run} upload   sends it to the board ${choices.name}`,
  );
  const { name, board, template } = choices;
  const shown = { name, board: board.id, template, wrote, kept, keptScripts: ours.kept };
  printResult(flags.json, shown, `${lines.join("\n")}\n`);
}

/** From the flags; on a terminal the rest is asked for, elsewhere it has defaults. */
async function choose(folder: string, flags: InitFlags): Promise<ProjectChoices> {
  const { requireBoard } = await import("../image/board-target.js");
  const { templates, templateFault } = await import("./project-files.js");
  const { isCancel, select, text } = await import("@clack/prompts");
  const asks = process.stdin.isTTY && !flags.json;
  const answer = async <Value>(question: () => Promise<Value | symbol>, otherwise: Value): Promise<Value> => {
    const given = asks ? await question() : otherwise;
    if (isCancel(given)) throw new SluiceError("INIT_CANCELLED");
    return given as Value;
  };
  if (flags.entry !== undefined && !existsSync(join(folder, flags.entry)))
    throw new SluiceError("FILE_NOT_READABLE", `${join(folder, flags.entry)} is not there.`);
  const own = nameOf(folder);
  const name =
    flags.name ??
    (await answer<string>(
      () =>
        text({
          message: "Name of the application and of its board",
          initialValue: own,
          validate: (typed) => nameFault(typed ?? ""),
        }),
      own,
    ));
  const { boards } = await import("../../boards/index.js");
  const able = boards.filter(({ espruino, devicescript }) => espruino ?? devicescript);
  const board = requireBoard(
    flags.board ??
      (await answer<string>(
        () =>
          select({
            message: "Board",
            options: able.map(({ id, title }) => ({ value: id, label: id, hint: title })),
          }),
        "esp32-devkit",
      )),
  );
  const fitting = templates.filter((one) => templateFault(one, board) === undefined);
  const template: Template =
    flags.template ??
    (flags.entry === undefined
      ? await answer<Template>(
          () =>
            select({ message: "First program", options: fitting.map((value) => ({ value, label: value })) }),
          "blink",
        )
      : "empty");
  return { name, board, template, entry: flags.entry };
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_WRITABLE", plain(`cannot write ${file}: ${reasonOf(cause)}`), { cause });
  }
}
