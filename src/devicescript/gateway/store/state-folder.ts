import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { SluiceError } from "../../../errors/sluice-error.js";
import { splitRelease } from "../../../host/keys/release-file.js";
import type { UploadOrder } from "../upload-order.js";
import { boardText, readBoard, type StoredBoard } from "./stored-board.js";

/** Where a gateway keeps its boards: `--state`, else SLUICE_GATEWAY, else the user's own place for state. */
export function gatewayFolder(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const own = environment["XDG_STATE_HOME"] || join(homedir(), ".local/state");
  return named || environment["SLUICE_GATEWAY"] || join(own, "sluice/gateway");
}

/**
 * What a gateway knows: its boards with their keys, and their programs under the name of their hash. Secrets: the folder
 * is its owner's only.
 */
export class StateFolder {
  private readonly boardFolder: string;
  private readonly programFolder: string;

  /** @throws SluiceError FILE_NOT_WRITABLE, UNSAFE_STATE_FOLDER */
  constructor(readonly folder: string) {
    this.boardFolder = join(folder, "boards");
    this.programFolder = join(folder, "programs");
    try {
      for (const made of [folder, this.boardFolder, this.programFolder])
        mkdirSync(made, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new SluiceError("FILE_NOT_WRITABLE", `The state folder ${folder} cannot be made.`, { cause });
    }
    if (process.platform !== "win32" && (statSync(folder).mode & 0o002) !== 0)
      throw new SluiceError("UNSAFE_STATE_FOLDER", `Everyone on this computer may write into ${folder}.`);
  }

  /** @throws SluiceError BAD_GATEWAY_STATE: a board whose record cannot be read is not quietly forgotten */
  boards(): StoredBoard[] {
    return readdirSync(this.boardFolder)
      .filter((file) => file.endsWith(".json"))
      .sort()
      .map((file) => {
        const board = readBoard(readFileSync(join(this.boardFolder, file), "utf8"));
        if (board === undefined || `${board.id}.json` !== file)
          throw new SluiceError("BAD_GATEWAY_STATE", `${join(this.boardFolder, file)} cannot be used.`);
        return board;
      });
  }

  saveBoard(board: StoredBoard): void {
    writeAtomically(join(this.boardFolder, `${board.id}.json`), boardText(board));
  }

  /** @param file with or without a signature, which is kept once it was verified (`ProgramRef.release`) */
  keepProgram(file: Uint8Array): Pick<UploadOrder, "program" | "trailer"> {
    const { image, trailer } = splitRelease(file);
    const sha256 = hashOf(image);
    if (this.program(sha256) === undefined) writeAtomically(this.programFile(sha256), image);
    return { program: { sha256, size: image.length }, trailer };
  }

  /** @returns undefined when there is none, or it is no longer what it was */
  program(sha256: string): Uint8Array | undefined {
    try {
      const bytes = readFileSync(this.programFile(sha256));
      return hashOf(bytes) === sha256 ? new Uint8Array(bytes) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Drops the programs that no board needs. */
  prune(needed: ReadonlySet<string>): void {
    for (const file of readdirSync(this.programFolder)) {
      const sha256 = file.replace(/\.devs$/, "");
      if (sha256 !== file && !needed.has(sha256)) unlinkSync(join(this.programFolder, file));
    }
  }

  private programFile(sha256: string): string {
    return join(this.programFolder, `${sha256}.devs`);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Where a running gateway is reached from its own computer: a socket in the state folder, so that whoever may write there is
 * the only one who can take it, also after the gateway was killed. Of two ways to write its path the shorter one: a socket's
 * path has some 100 bytes at most.
 */
export function endpointPath(folder: string): string {
  const full = resolve(folder, "gateway.sock");
  // No files: a name that the system keeps for the process that made it.
  if (process.platform === "win32") return `\\\\.\\pipe\\sluice-${hashOf(Buffer.from(full))}`;
  const near = relative("", full);
  return near.length < full.length ? near : full;
}

/** Replaces a file so that after a power cut it is the old one or the new one; readable by its owner only. */
function writeAtomically(file: string, bytes: Uint8Array | string): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, bytes, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
  if (process.platform === "win32") return;
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
