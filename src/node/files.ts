import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";

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

/** All of the file or nothing of it. @throws SluiceError FILE_NOT_WRITABLE */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new SluiceError("FILE_NOT_WRITABLE", `cannot write ${file}: ${reasonOf(cause)}`, { cause });
  }
}
