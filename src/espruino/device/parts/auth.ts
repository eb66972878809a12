import { Authenticator } from "../../../core/auth.js";
import { md5Hex } from "../../../core/md5-hex.js";
import type { Crypto } from "../../../core/ports.js";
import { fromText } from "../ports/engine-bytes.js";
import { crc32, pbkdf2Hex, sha256Hex } from "../ports/engine-crypto.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { engineRandom } from "../ports/engine-random.js";
import { optionsOf, Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { readSettings } from "../settings.js";

const bytes = { fromText: fromText };

export function cryptoOf(it: Resident): Crypto {
  const md5 = engineMd5(() => it.load(Part.Md5));
  return { md5: md5, crc32: crc32, sha256Hex: sha256Hex, pbkdf2Hex: pbkdf2Hex };
}

/** @param password stands above all others where it is given */
export function secretsOf(it: Resident, password: string, crypto: Crypto): { md5: string; sha256: string } {
  const settings = readSettings();
  const options = optionsOf(it);
  let md5 = settings.md5 || "";
  let sha256 = settings.sha256 || "";
  let plain = password;
  // What provisioning set stands above what the application brings.
  if (plain === "" && md5 === "" && sha256 === "" && settings.open !== true) {
    md5 = options.passwordHash || "";
    if (md5 === "") plain = options.password || "";
  }
  if (plain !== "") {
    md5 = md5Hex(bytes, crypto, plain);
    sha256 = crypto.sha256Hex === undefined ? "" : crypto.sha256Hex(fromText(plain));
  }
  return { md5: md5, sha256: sha256 };
}

export function authOf(it: Resident, password: string): Authenticator {
  const crypto = cryptoOf(it);
  const dialect = readSettings().auth === "pbkdf2" ? "pbkdf2" : "md5";
  return new Authenticator(bytes, crypto, engineRandom, dialect, secretsOf(it, password, crypto));
}
