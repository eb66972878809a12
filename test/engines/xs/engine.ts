import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Path of @agoric/xsnap's engine (install-xsnap.sh prints it); without it nothing here is known. */
export const engine = process.env["XSNAP"] ?? "";

/**
 * Lets a fresh XS evaluate a script. The engine reads commands from file descriptor 3 and answers on 4, both as
 * netstrings: "e" is for evaluate, "." means that it went well, "!" is an exception.
 * @param script ASCII
 * @returns the lines that it printed
 */
export function evaluate(script: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "xs-"));
  let commands = -1;
  try {
    const file = join(folder, "commands");
    writeFileSync(file, `${script.length + 1}:e${script},`, "latin1");
    commands = openSync(file, "r");
    const { output, status, error } = spawnSync(engine, ["sluice"], {
      stdio: ["ignore", "pipe", "pipe", commands, "pipe"],
      encoding: "latin1",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    const answer = output?.[4] ?? "";
    if (!/^\d+:\./.test(answer)) {
      const said = [answer, output?.[2], error?.message].filter(Boolean).join(" ");
      throw new Error(`XS ended with ${status}: ${said}`);
    }
    return (output[1] ?? "").trimEnd().split("\n");
  } finally {
    if (commands >= 0) closeSync(commands);
    rmSync(folder, { recursive: true });
  }
}
