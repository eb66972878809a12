import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { slhKeyLength } from "../../core/bundle/slh-dsa.js";
import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { readText } from "../../node/files.js";
import { type KeyPair, keyId, newKeyPair } from "./sign-release.js";

/** `NAME.key`: a signing key, its secret half encrypted under a pass phrase (scrypt, AES-256-GCM). Bytes as hex. */
export interface KeyFile {
  readonly name: string;
  readonly created: string;
  readonly publicKey: string;
  readonly secret: {
    readonly salt: string;
    readonly nonce: string;
    readonly tag: string;
    readonly data: string;
  };
  /** Public key that the releases which this one signs introduce (`rotate`). */
  readonly nextKey?: string;
  /** Signs nothing any more, since then. */
  readonly revoked?: string;
}

const ending = ".key";
/** RFC 7914: 128 * N * r bytes of memory, 32 MB. */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** Where keys are kept. */
export function keyFolder(given: string | undefined): string {
  const own = process.env["XDG_STATE_HOME"] || join(homedir(), ".local/state");
  return given ?? (process.env["SLUICE_KEYS"] || join(own, "sluice/keys"));
}

function pathOf(folder: string, name: string): string {
  if (!/^[\w-][\w.-]{0,63}$/.test(name))
    throw new SluiceError("BAD_KEY", `${JSON.stringify(name)} is no name for a key: letters, digits, - _ .`);
  return join(folder, `${name}${ending}`);
}

/** The public half beside it, as boards are given it (`--trust`). */
export function publicPath(folder: string, name: string): string {
  return join(folder, `${name}.pub`);
}

/**
 * A new key, as two files.
 * @param passphrase asked for only when the name can be used
 * @throws SluiceError BAD_KEY when there is one of that name
 */
export async function createKey(
  folder: string,
  name: string,
  passphrase: () => Promise<string>,
): Promise<KeyFile> {
  const path = pathOf(folder, name);
  const taken = new SluiceError("BAD_KEY", `there is a key ${name} already: ${path}`);
  if (existsSync(path)) throw taken;
  const { publicKey, secretKey } = newKeyPair();
  const hex = Buffer.from(publicKey).toString("hex");
  const secret = seal(secretKey, await passphrase(), hex);
  const file: KeyFile = { name, created: new Date().toISOString(), publicKey: hex, secret };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: "wx" });
    await writeFile(publicPath(folder, name), `${hex} ${name}\n`);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") throw taken;
    throw new SluiceError("FILE_NOT_WRITABLE", `cannot write ${path}: ${reasonOf(cause)}`, { cause });
  }
  return file;
}

/** @throws SluiceError FILE_NOT_READABLE, BAD_KEY, KEY_FILE_OPEN */
export async function readKey(folder: string, name: string): Promise<KeyFile> {
  const path = pathOf(folder, name);
  const text = await readText(path, `There is no key ${name} in ${folder}.`);
  const { mode } = await stat(path);
  // Windows has no such bits.
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    throw new SluiceError("KEY_FILE_OPEN", `${path} has mode ${(mode & 0o777).toString(8)}`);
  const file = parse(text);
  if (file === undefined) throw new SluiceError("BAD_KEY", `${path} is no key file`);
  return file;
}

function parse(text: string): KeyFile | undefined {
  try {
    const file = JSON.parse(text) as Partial<KeyFile> | null;
    return typeof file?.publicKey === "string" && file.secret !== undefined ? (file as KeyFile) : undefined;
  } catch {
    return undefined;
  }
}

export async function listKeys(folder: string): Promise<KeyFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(names.map((name) => readKey(folder, name.slice(0, -ending.length))));
}

/** Changes what a key file says besides the key. */
export async function changeKey(
  folder: string,
  file: KeyFile,
  change: Pick<KeyFile, "nextKey" | "revoked">,
): Promise<void> {
  const path = pathOf(folder, file.name);
  await writeFile(`${path}.new`, `${JSON.stringify({ ...file, ...change })}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** @throws SluiceError WRONG_PASSPHRASE */
export function openKey(file: KeyFile, passphrase: string): KeyPair {
  const { salt, nonce, tag, data } = file.secret;
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyOf(passphrase, salt), Buffer.from(nonce, "hex"));
    decipher.setAAD(Buffer.from(file.publicKey, "hex"));
    decipher.setAuthTag(Buffer.from(tag, "hex"));
    const secretKey = Buffer.concat([decipher.update(Buffer.from(data, "hex")), decipher.final()]);
    return { publicKey: Buffer.from(file.publicKey, "hex"), secretKey: new Uint8Array(secretKey) };
  } catch (cause) {
    throw new SluiceError("WRONG_PASSPHRASE", `the pass phrase does not open the key ${file.name}`, {
      cause,
    });
  }
}

function seal(secretKey: Uint8Array, passphrase: string, publicKey: string): KeyFile["secret"] {
  const salt = randomBytes(16).toString("hex");
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(passphrase, salt), nonce);
  cipher.setAAD(Buffer.from(publicKey, "hex"));
  const data = Buffer.concat([cipher.update(secretKey), cipher.final()]).toString("hex");
  return { salt, nonce: nonce.toString("hex"), tag: cipher.getAuthTag().toString("hex"), data };
}

function keyOf(passphrase: string, salt: string): Buffer {
  return scryptSync(passphrase.normalize("NFC"), Buffer.from(salt, "hex"), 32, cost);
}

/** The public key in a `.pub` file. @throws SluiceError FILE_NOT_READABLE, BAD_KEY */
export async function readPublicKey(path: string): Promise<string> {
  const text = (await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SluiceError("FILE_NOT_READABLE", `${path} cannot be read.`, { cause });
  })) as string;
  const hex = text.trim().split(/\s/, 1)[0].toLowerCase();
  if (!new RegExp(`^[0-9a-f]{${2 * slhKeyLength}}$`).test(hex))
    throw new SluiceError(
      "BAD_KEY",
      `${path} is no public key: the .pub file of \`sluice keys create\` is wanted`,
    );
  return hex;
}

/** The public keys of `--trust`. @throws SluiceError as readPublicKey */
export async function readTrust(paths: readonly string[] | undefined): Promise<string[] | undefined> {
  if (paths === undefined) return undefined;
  if (paths.length > 3) throw new SluiceError("BAD_KEY", "a board trusts three keys at most");
  return Promise.all(paths.map(readPublicKey));
}

export function idOf(file: Pick<KeyFile, "publicKey">): string {
  return keyId(Buffer.from(file.publicKey, "hex"));
}
