import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pick } from "./mutate-pick.js";
import { type Mutation, oneLine } from "./mutate-points.js";
import { CoreProgram } from "./mutate-program.js";
import { Reach, type Stages } from "./mutate-reach.js";
import { Copy, endAll } from "./mutate-run.js";

// `npm run mutate`: docs/mutation.md explains. Ends with 1 below `least` percent.
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "100" },
    file: { type: "string", default: "src/core" },
    jobs: { type: "string", default: "2" },
    least: { type: "string", default: "85" },
    whole: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

interface Verdict {
  readonly mutation: Mutation;
  /** What noticed it; undefined: it survived. */
  readonly killer: string | undefined;
}

const checkout = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "sluice-mutate-"));
const core = new CoreProgram(checkout);
const reach = new Reach(checkout);
/** ms that each test file takes without a mutation. */
const usual = new Map<string, number>();

function cleanUp(): void {
  endAll();
  rmSync(folder, { recursive: true, force: true });
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });

/** Runs once what mutants will meet: a test that fails without a mutation proves nothing. */
async function rehearse(copy: Copy, files: readonly string[]): Promise<void> {
  const { failed, took } = await copy.test(files, 1_800_000, { workers: Number(values.jobs), all: true });
  if (failed !== undefined) throw new Error(`fails without a mutation: ${failed}`);
  for (const [file, ms] of took) usual.set(file, ms);
}

function deadlineOf(files: readonly string[]): number {
  return 20_000 + 10 * files.reduce((sum, file) => sum + (usual.get(file) ?? 0), 0);
}

async function judge(copy: Copy, mutation: Mutation, stages: Stages): Promise<Verdict> {
  for (const files of stages) {
    copy.write(mutation.file, core.mutantOf(mutation));
    const { failed } = await copy.test(files, deadlineOf(files)).finally(() => {
      copy.write(mutation.file, core.text(mutation.file));
    });
    if (failed !== undefined) return { mutation, killer: failed };
  }
  return { mutation, killer: undefined };
}

function lineOf({ mutation, killer }: Verdict): string {
  const name = killer === undefined ? "**survived**" : oneLine(killer);
  return `| ${mutation.file}:${mutation.line}:${mutation.column} | ${mutation.what} | ${name} |`;
}

async function judgeAll(mutations: readonly Mutation[]): Promise<Verdict[]> {
  const stages = new Map(mutations.map((each) => [each, reach.stages(each.file, values.whole)]));
  const copies = Array.from(
    { length: Number(values.jobs) },
    (_, job) => new Copy(checkout, join(folder, `${job}`)),
  );
  await rehearse(copies[0], [...new Set([...stages.values()].flat(2))]);
  const verdicts: Verdict[] = [];
  const left = [...stages];
  const work = copies.map(async (copy) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const verdict = await judge(copy, ...next);
      verdicts.push(verdict);
      console.error(`${verdicts.length}/${mutations.length} ${lineOf(verdict)}`);
    }
  });
  await Promise.all(work);
  return verdicts.sort((a, b) => mutations.indexOf(a.mutation) - mutations.indexOf(b.mutation));
}

try {
  const [path, line] = values.file.split(":");
  const files = core.files.filter((file) => file === path || file.startsWith(`${path}/`));
  const { mutations, refused, points } = pick(
    core,
    files,
    Number(line ?? 0),
    Number(values.count),
    Number(values.seed),
  );
  const verdicts = await judgeAll(mutations);
  const killed = verdicts.filter(({ killer }) => killer !== undefined).length;
  const score = verdicts.length === 0 ? 100 : (100 * killed) / verdicts.length;
  if (values.json)
    console.log(JSON.stringify({ seed: Number(values.seed), points, refused, score, verdicts }));
  else {
    console.log(
      ["| where | mutation | killed by |", "|---|---|---|", ...verdicts.map(lineOf), ""].join("\n"),
    );
    const drawn = `${verdicts.length} of ${points} points, ${refused} more did not compile`;
    console.log(
      `killed ${killed} of ${verdicts.length}: ${score.toFixed(1)} % (seed ${values.seed}; ${drawn})`,
    );
  }
  process.exitCode = score < Number(values.least) ? 1 : 0;
} finally {
  cleanUp();
}
