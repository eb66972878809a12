import { Authenticator, type Secrets } from "../../../core/espota/auth.js";
import { md5Hex } from "../../../core/md5-hex.js";
import type { Crypto } from "../../../core/ports.js";
import { fromText } from "../ports/engine-bytes.js";
import { crc32, pbkdf2Hex, sha256Hex } from "../ports/engine-crypto.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { engineRandom } from "../ports/engine-random.js";
import { optionsOf, Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { readSettings, type Settings } from "../settings.js";

const bytes = { fromText: fromText };

/**
 * What the password is known by; each "" when it is not. What provisioning set stands above what the application brings.
 * @param own stands above all others where it is given
 */
export function secretsOf(it: Resident, settings: Settings, own: string): Secrets & { plain: string } {
  const options = optionsOf(it);
  let md5 = settings.md5 || "";
  let plain = own;
  if (own === "" && md5 === "" && !settings.sha256 && settings.open !== true) {
    md5 = options.passwordHash || "";
    if (md5 === "") plain = options.password || "";
  }
  return { plain: plain, md5: md5, sha256: settings.sha256 || "" };
}

export function md5Of(it: Resident, text: string): string {
  return md5Hex(bytes, { md5: engineMd5(() => it.load(Part.Md5)) }, text);
}

export function authOf(it: Resident): Authenticator {
  const settings = readSettings();
  const md5 = engineMd5(() => it.load(Part.Md5));
  const crypto: Crypto = { md5: md5, crc32: crc32, sha256Hex: sha256Hex, pbkdf2Hex: pbkdf2Hex };
  const known = secretsOf(it, settings, "");
  let secrets: Secrets = known;
  if (known.plain !== "") {
    const sha256 = sha256Hex(fromText(known.plain));
    secrets = { md5: md5Hex(bytes, crypto, known.plain), sha256: sha256 };
  }
  const dialect = settings.auth === "pbkdf2" ? "pbkdf2" : "md5";
  return new Authenticator(bytes, crypto, engineRandom, dialect, secrets);
}
