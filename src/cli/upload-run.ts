import { readFile } from "node:fs/promises";
import { SluiceError } from "../errors/sluice-error.js";
import { locateBoard } from "../host/discover/locate.js";
import { readPassword } from "../host/password.js";
import { uploadImage } from "../host/upload.js";
import type { UploadFlags } from "./upload.js";
import { uploadView } from "./upload-view.js";

/** What `sluice upload` does. Rejects with SluiceError; the caller prints it and chooses the exit code. */
export async function upload(file: string, flags: UploadFlags): Promise<void> {
  const image = await readImage(file);
  const password = await readPassword(flags.passwordFile);
  const cancel = new AbortController();
  const interrupted = () => cancel.abort();
  process.once("SIGINT", interrupted);
  try {
    await uploadImage({
      image,
      to: { ...(await locateBoard(flags.to)), hostIp: flags.hostIp, hostPort: flags.hostPort },
      filesystem: flags.filesystem ?? false,
      password,
      askPassword: password === undefined && process.stdin.isTTY ? askPassword : undefined,
      chunk: flags.dialect === "esp32" ? 1024 : 1460,
      retries: flags.wait === false ? 0 : 3,
      patience: (flags.wait || 0) * 1000,
      signal: cancel.signal,
      onEvent: uploadView({
        json: flags.json ?? false,
        quiet: flags.quiet ?? false,
        terminal: process.stderr.isTTY ?? false,
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
      }),
    });
  } finally {
    process.removeListener("SIGINT", interrupted);
  }
}

async function readImage(file: string): Promise<Uint8Array> {
  let image: Uint8Array;
  try {
    image = await readFile(file);
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new SluiceError("FILE_NOT_READABLE", `${file} cannot be read${why}.`, { cause });
  }
  if (image.length === 0) throw new SluiceError("EMPTY_IMAGE", `${file} is empty.`);
  return image;
}

async function askPassword(attempt: number): Promise<string | undefined> {
  const { isCancel, password } = await import("@clack/prompts");
  const message = attempt === 1 ? "Password of the board" : "Not accepted. Password of the board";
  const typed = await password({ message, output: process.stderr });
  return isCancel(typed) || typed === undefined ? undefined : typed;
}
