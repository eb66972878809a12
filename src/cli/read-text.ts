import { readFile } from "node:fs/promises";
import { SluiceError } from "../errors/sluice-error.js";

/** A text file that the command line names. @throws SluiceError FILE_NOT_READABLE */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `The file ${file} cannot be read.`, { cause });
  }
}
