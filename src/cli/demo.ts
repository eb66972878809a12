import type { Command } from "commander";
import { plain, printResult } from "./terminal.js";

export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("update a garden controller on a virtual board, and watch")
    .option("--pull", "instead: gardens that ask a server for their updates")
    .option("--json", "print what was found out as one JSON object")
    .addHelpText("after", "\nExample:\n  $ sluice demo\n  $ sluice demo --pull\n")
    .action(async ({ json = false, pull = false }: { json?: boolean; pull?: boolean }) => {
      const { randomBytes } = await import("node:crypto");
      const print = (line: string): void => {
        if (!json) process.stdout.write(plain(`${line}\n`));
      };
      if (pull) {
        const { runPullDemo } = await import("../demo/pull-demo.js");
        print("Gardens that ask one server for their updates, on virtual ESP32s with real sockets.\n");
        const result = await runPullDemo(randomBytes(18).toString("base64url"), print);
        printResult(json, result, `${pullSummary(result)}\n`);
        if (result.wrong.length > 0) process.exitCode = 1;
      } else {
        const { runDemo } = await import("../demo/run-demo.js");
        print("An update over the air: garden 1.0.0 -> 2.0.0 on a virtual ESP32 with real sockets.\n");
        const result = await runDemo(randomBytes(9).toString("base64url"), print);
        printResult(json, result, `${summary(result)}\n`);
      }
    });
}

function pullSummary(result: import("../demo/pull-demo.js").PullDemoResult): string {
  const boards = Object.entries(result.runs).map(
    ([name, version]) => `${name} runs ${version}, reported ${result.reports[name]}`,
  );
  const end = result.wrong.length === 0 ? "All as it should be" : `Wrong:\n  ${result.wrong.join("\n  ")}`;
  return `
${boards.join("\n")}
${result.litresWhileSafe.toFixed(3)} l of water between "safe" and the restarts.
${end}, after ${(result.milliseconds / 1000).toFixed(1)} s, build included.

Do it yourself: docs/pull.md, docs/server.md.`;
}

function summary(result: import("../demo/run-demo.js").DemoResult): string {
  return `
${result.before} -> ${result.after} in ${(result.milliseconds / 1000).toFixed(1)} s, build included.
${result.bytes} bytes sent, ${result.blocksErased} blocks of flash erased, ${result.litresWhileSafe.toFixed(3)} l of water between "safe" and the restart.

Play on, in two terminals:
  npx sluice build devs/garden --board esp32-devkit --manifest devs/garden/release-1.0.0.json -o garden-1.app
  npx sluice build devs/garden --board esp32-devkit -o garden-2.app
  echo secret > password.txt
  npx sluice board --board esp32-devkit --state ./my-board --app garden-1.app --port 3232 --password-file password.txt

  npx sluice upload garden-2.app --to 127.0.0.1:3232 --password-file password.txt
Try a wrong password, kill the board half-way, send a broken file: the old garden keeps running.`;
}
