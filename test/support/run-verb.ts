import { Command } from "commander";

export interface VerbResult {
  readonly out: string;
  readonly exitCode: number;
}

/** Runs one verb of the CLI in this process and collects what it prints. Errors it throws are the caller's. */
export async function runVerb(add: (program: Command) => void, ...args: string[]): Promise<VerbResult> {
  const program = new Command("sluice").exitOverride();
  add(program);
  let out = "";
  const write = process.stdout.write;
  const before = process.exitCode;
  process.exitCode = 0;
  process.stdout.write = (text: string | Uint8Array): boolean => {
    out += String(text);
    return true;
  };
  try {
    await program.parseAsync(["node", "sluice", ...args]);
    return { out, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.stdout.write = write;
    process.exitCode = before;
  }
}
