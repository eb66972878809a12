import { Command } from "commander";
import { SluiceError } from "../errors/sluice-error.js";
import { packageVersion } from "../node/package-root.js";
import { addBoard } from "./board.js";
import { addBoards } from "./boards.js";
import { addBuild } from "./build.js";
import { addDemo } from "./demo.js";
import { addDev } from "./dev.js";
import { addDevices } from "./devices.js";
import { addDiscover } from "./discover.js";
import { addEspota } from "./espota.js";
import { addExplain } from "./explain.js";
import { addFlash } from "./flash.js";
import { addGateway } from "./gateway.js";
import { addImage } from "./image.js";
import { addImages } from "./images.js";
import { addInit } from "./init.js";
import { addKeys } from "./keys.js";
import { addLayout } from "./layout.js";
import { addProve } from "./prove.js";
import { addProvision } from "./provision.js";
import { addServe } from "./serve.js";
import { addSign } from "./sign.js";
import { plain } from "./terminal.js";
import { addUpload } from "./upload.js";

/** One verb a file; each adds itself to the program. */
const verbs: readonly ((program: Command) => void)[] = [
  addInit,
  addDev,
  addBuild,
  addExplain,
  addImage,
  addKeys,
  addSign,
  addFlash,
  addUpload,
  addDiscover,
  addEspota,
  addBoard,
  addBoards,
  addLayout,
  addProve,
  addServe,
  addDevices,
  addImages,
  addGateway,
  addProvision,
  addDemo,
];

/** Exit codes: 0 done, 1 tried and failed, 2 the call itself was wrong. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("sluice")
    .description("Over-the-air updates for ESP32 boards whose firmware is written in TypeScript.")
    .version(packageVersion(), "--version")
    // Its --version is not that of `sluice build`.
    .enablePositionalOptions()
    .showHelpAfterError("--help shows what there is.")
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
    const remedy = error.remedy ? `  ${error.remedy}\n` : "";
    process.stderr.write(plain(`${error.code}: ${error.message}\n${remedy}`));
    return 1;
  }
  if (isCommanderExit(error)) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(plain(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`));
  return 1;
}

function isCommanderExit(error: unknown): error is { exitCode: number; code: string } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
