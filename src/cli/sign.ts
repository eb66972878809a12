import type { Command } from "commander";
import { readBytes, writeWhole } from "../node/files.js";
import { addReleaseFlags, passphraseSource, type ReleaseFlags, signImage } from "./release.js";
import { printResult } from "./terminal.js";

interface SignFlags extends ReleaseFlags {
  readonly key: string;
  readonly counter: number;
  readonly output?: string;
  readonly json?: true;
}

export function addSign(program: Command): void {
  const command = program
    .command("sign")
    .summary("sign a bundle, DeviceScript program or firmware as a release")
    .description(
      `Put a signature behind a bundle (.app), DeviceScript program (.devs) or firmware (.bin) of an ESP32, in the place of one that is there. Every way of updating takes the file as it is then. Of the key ${passphraseSource}.`,
    )
    .argument("<file>", "garden.app, garden.devs, firmware.bin")
    .requiredOption("--key <name>", "the key that signs (sluice keys create)");
  addReleaseFlags(command, true)
    .option("-o, --output <file>", "where the signed file goes (else FILE itself)")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  sluice sign garden.app --key garden --counter 7\n")
    .action(sign);
}

async function sign(file: string, flags: SignFlags): Promise<void> {
  const { bytes, release, words } = await signImage(await readBytes(file), flags.key, flags.counter, flags);
  const { output = file } = flags;
  await writeWhole(output, bytes);
  printResult(flags.json, { file: output, bytes: bytes.length, ...release }, `${output}  ${words}\n`);
}
