import { Command } from "commander";
import { SluiceError } from "../errors/sluice-error.js";
import { verbs } from "./verbs.js";

/** Exit codes: 0 done, 1 tried and failed, 2 the call itself was wrong. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("sluice")
    .description("Over-the-air updates for ESP32 boards whose firmware is written in TypeScript.")
    .showHelpAfterError()
    .exitOverride();
  for (const add of verbs) add(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof SluiceError) {
    process.stderr.write(`${error.code}: ${error.message}\n${error.remedy ? `  ${error.remedy}\n` : ""}`);
    return 1;
  }
  if (isCommanderExit(error)) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function isCommanderExit(error: unknown): error is { exitCode: number; code: string } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
