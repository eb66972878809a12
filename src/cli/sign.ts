import { rename, writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";
import { readBytes } from "../node/files.js";
import { wholeNumber } from "./arguments.js";
import { askPassphrase } from "./keys.js";
import { printResult } from "./terminal.js";

interface SignFlags {
  readonly key: string;
  readonly counter: number;
  readonly recall?: true;
  /** Seconds since 1970. */
  readonly expires?: number;
  readonly nextKey?: string;
  readonly output?: string;
  readonly keys?: string;
  readonly json?: true;
}

export function addSign(program: Command): void {
  program
    .command("sign")
    .summary("sign a bundle or firmware as a release")
    .description(
      "Put a signature behind a bundle (.app) or firmware (.bin) of an ESP32, in the place of one that is there. Every way of updating takes the file as it is then. The pass phrase of the key is asked for, or comes from SLUICE_KEY_PASSPHRASE.",
    )
    .argument("<file>", "garden.app, firmware.bin")
    .requiredOption("--key <name>", "the key that signs (sluice keys create)")
    .requiredOption(
      "--counter <n>",
      "number of the release: boards refuse a lower one than runs",
      wholeNumber(1, 0xffff_ffff, "A counter"),
    )
    .option("--recall", "may replace a release with a higher counter, or an application of another name")
    .option("--expires <date>", "boards refuse it from then on, e.g. 2027-01-31", parseExpiry)
    .option("--next-key <file>", "a .pub file: the boards that run this trust that key as well")
    .option("-o, --output <file>", "where the signed file goes (else FILE itself)")
    .option("--keys <dir>", "folder of the keys (else SLUICE_KEYS, else in your own state folder)")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  sluice sign garden.app --key garden --counter 7\n")
    .action(sign);
}

/** The end of the day, or the time that is given, in seconds since 1970. */
function parseExpiry(text: string): number {
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(time) || time <= 0 || time > 0xffff_ffff_000)
    throw new InvalidArgumentError("A date is wanted, e.g. 2027-01-31 or 2027-01-31T12:00:00Z.");
  return Math.floor(time / 1000);
}

async function sign(file: string, flags: SignFlags): Promise<void> {
  const { keyFolder, openKey, readKey, readPublicKey } = await import("../host/keys/key-file.js");
  const { keyId, signRelease } = await import("../host/keys/sign-release.js");
  const { splitRelease } = await import("../host/keys/release-file.js");
  const { image } = splitRelease(await readBytes(file));
  const key = await readKey(keyFolder(flags.keys), flags.key);
  if (key.revoked !== undefined)
    throw new SluiceError("KEY_REVOKED", `${key.name} was revoked ${key.revoked}`);
  const nextKey = flags.nextKey === undefined ? key.nextKey : await readPublicKey(flags.nextKey);
  const pair = openKey(key, await askPassphrase(flags.key, false));
  const { counter, recall, expires: notAfter, output = file } = flags;
  const signed = signRelease(image, pair, {
    ...{ counter, recall, notAfter },
    nextKey: nextKey === undefined ? undefined : Buffer.from(nextKey, "hex"),
  });
  try {
    await writeFile(`${output}.new`, signed);
    await rename(`${output}.new`, output);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_WRITABLE", `cannot write ${output}: ${reasonOf(cause)}`, { cause });
  }
  const id = keyId(pair.publicKey);
  const result = { file: output, bytes: signed.length, key: id, counter, recall: recall ?? false, notAfter };
  printResult(flags.json, result, `${output}  release ${counter}, signed by ${flags.key} (${id})\n`);
}
