import { Command } from "commander";
import { vi } from "vitest";
import { main } from "../../src/cli/main.js";

export interface VerbResult {
  readonly out: string;
  readonly exitCode: number;
}

/** Runs one verb of the CLI in this process and collects what it prints. Errors it throws are the caller's. */
export async function runVerb(add: (program: Command) => void, ...args: string[]): Promise<VerbResult> {
  const program = new Command("sluice").exitOverride();
  add(program);
  const { out, code } = await collected(["stdout"], () => program.parseAsync(["node", "sluice", ...args]));
  return { out, exitCode: code };
}

/** Calls the command line; what it wrote and its exit code. */
export function sluice(...args: string[]): ReturnType<typeof collected> {
  return collected(["stdout", "stderr"], () => main(["node", "sluice", ...args]));
}

async function collected(
  streams: readonly ("stdout" | "stderr")[],
  run: () => Promise<unknown>,
): Promise<{ code: number; out: string; err: string }> {
  const text = { stdout: "", stderr: "" };
  const spies = streams.map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((piece) => {
      text[name] += String(piece);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await run();
    return { code: Number(process.exitCode ?? 0), out: text.stdout, err: text.stderr };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
