import { SluiceError } from "../errors/sluice-error.js";
import { readText } from "../node/files.js";

/**
 * A board's password from where it may be kept: the first line of `file`, else SLUICE_PASSWORD, else undefined.
 * Never from the command line, which every process list shows. Throws FILE_NOT_READABLE.
 */
export async function readPassword(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  if (file === undefined) return environment["SLUICE_PASSWORD"] || undefined;
  const text = await readText(file, `The password file ${file} cannot be read.`);
  const password = text.split(/\r?\n/, 1)[0];
  if (password === "") throw new SluiceError("EMPTY_PASSWORD", `The first line of ${file} is empty.`);
  return password;
}
