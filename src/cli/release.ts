import { type Command, InvalidArgumentError, Option } from "commander";
import { SluiceError } from "../errors/sluice-error.js";
import { readPassword } from "../host/password.js";
import { wholeNumber } from "./arguments.js";

/** What verbs that sign are given, as commander parses it. */
export interface ReleaseFlags {
  readonly counter?: number;
  readonly recall?: true;
  /** Seconds since 1970. */
  readonly expires?: number;
  readonly nextKey?: string;
  readonly keys?: string;
  readonly passphraseFile?: string;
}

export const passphraseSource =
  "the pass phrase is asked for, or comes from --passphrase-file or SLUICE_KEY_PASSPHRASE";

export function addKeysFlag(command: Command): Command {
  return command.option(
    "--keys <dir>",
    "folder of the keys (else SLUICE_KEYS, else in your own state folder)",
  );
}

export function addPassphraseFlag(command: Command): Command {
  return command.option(
    "--passphrase-file <file>",
    "pass phrase of the key on the first line (else SLUICE_KEY_PASSPHRASE, else asked for)",
  );
}

/** @param isSigned whether the verb always signs */
export function addReleaseFlags(command: Command, isSigned: boolean): Command {
  command
    .addOption(
      new Option("--counter <n>", "number of the release: boards refuse a lower one than runs")
        .argParser(wholeNumber(1, 0xffff_ffff, "A counter"))
        .makeOptionMandatory(isSigned),
    )
    .option("--recall", "may replace a release with a higher counter, or an application of another name")
    .option("--expires <date>", "boards refuse it from then on, e.g. 2027-01-31", parseExpiry)
    .option("--next-key <file>", "a .pub file: the boards that run this trust that key as well");
  return addPassphraseFlag(addKeysFlag(command));
}

/** The end of the day, or the time that is given, in seconds since 1970. */
function parseExpiry(text: string): number {
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59Z` : text);
  if (Number.isNaN(time) || time <= 0 || time > 0xffff_ffff_000)
    throw new InvalidArgumentError("A date is wanted, e.g. 2027-01-31 or 2027-01-31T12:00:00Z.");
  return Math.floor(time / 1000);
}

/**
 * Of a key: from the file, else SLUICE_KEY_PASSPHRASE, else asked for.
 * @param isNew asked for twice
 * @throws SluiceError NO_PASSPHRASE, WRONG_PASSPHRASE, FILE_NOT_READABLE, EMPTY_PASSWORD
 */
export async function readPassphrase(
  name: string,
  file: string | undefined,
  isNew: boolean,
): Promise<string> {
  const given = await readPassword(file, { SLUICE_PASSWORD: process.env["SLUICE_KEY_PASSPHRASE"] });
  if (given !== undefined) return given;
  if (!process.stdin.isTTY) throw new SluiceError("NO_PASSPHRASE");
  const { isCancel, password } = await import("@clack/prompts");
  const ask = async (message: string): Promise<string> => {
    const typed = await password({ message, output: process.stderr });
    if (isCancel(typed) || typed === undefined || typed === "") throw new SluiceError("NO_PASSPHRASE");
    return typed;
  };
  const first = await ask(`Pass phrase of the key ${name}`);
  if (isNew && (await ask("Once more")) !== first)
    throw new SluiceError("WRONG_PASSPHRASE", "The two pass phrases differ.");
  return first;
}

export interface SignedImage {
  readonly bytes: Uint8Array;
  /** For `--json`. */
  readonly release: Readonly<Record<"key" | "counter" | "recall" | "notAfter", unknown>>;
  readonly words: string;
}

/**
 * Signs an image with a key of the folder, in the place of a signature that is there.
 * @throws SluiceError KEY_REVOKED, NOT_SIGNABLE and as readKey, openKey, readPublicKey and readPassphrase
 */
export async function signImage(
  file: Uint8Array,
  keyName: string,
  counter: number,
  flags: Omit<ReleaseFlags, "counter">,
): Promise<SignedImage> {
  const { keyFolder, openKey, readKey, readPublicKey } = await import("../host/keys/key-file.js");
  const { keyId, signRelease } = await import("../host/keys/sign-release.js");
  const { splitRelease } = await import("../host/keys/release-file.js");
  const key = await readKey(keyFolder(flags.keys), keyName);
  if (key.revoked !== undefined)
    throw new SluiceError("KEY_REVOKED", `${key.name} was revoked ${key.revoked}`);
  const nextKey = flags.nextKey === undefined ? key.nextKey : await readPublicKey(flags.nextKey);
  const pair = openKey(key, await readPassphrase(keyName, flags.passphraseFile, false));
  const { recall = false, expires: notAfter } = flags;
  const terms = { counter, recall, notAfter };
  const bytes = signRelease(splitRelease(file).image, pair, {
    ...terms,
    nextKey: nextKey === undefined ? undefined : Buffer.from(nextKey, "hex"),
  });
  const id = keyId(pair.publicKey);
  return { bytes, release: { key: id, ...terms }, words: `release ${counter}, signed by ${keyName} (${id})` };
}
