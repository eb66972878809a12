import { readFile } from "node:fs/promises";
import { SluiceError } from "../errors/sluice-error.js";

/** A file that the user names. @throws SluiceError FILE_NOT_READABLE */
export async function readBytes(file: string, detail = `${file} cannot be read.`): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", detail, { cause });
  }
}

/** A text file that the user names. @throws SluiceError FILE_NOT_READABLE */
export async function readText(file: string, detail = `The file ${file} cannot be read.`): Promise<string> {
  return (await readBytes(file, detail)).toString("utf8");
}
