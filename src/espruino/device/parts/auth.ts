import { AttemptLimiter, noAttempts } from "../../../core/attempts.js";
import { defaultTimes } from "../../../core/espota/actions.js";
import { Authenticator, type Secrets } from "../../../core/espota/auth.js";
import { EspotaHandshake } from "../../../core/espota/handshake.js";
import { md5Hex } from "../../../core/md5.js";
import type { Crypto } from "../../../core/ports.js";
import { sameText } from "../../../core/text.js";
import { password } from "../../../core/web/password.js";
import { fromText } from "../ports/bytes.js";
import { crc32, engineMd5, engineRandom, pbkdf2Hex, sha256Hex } from "../ports/crypto.js";
import { optionsOf, Part, type PartTypes, type Resident } from "../resident/resident.js";
import { readSettings, type Settings, webSettings } from "../settings.js";

/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

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

/** The challenge to an uploader, and its answer. */
export const challenge: PartTypes[Part.Challenge] = (it) => {
  if (it.bad === undefined) it.bad = noAttempts();
  let others: AttemptLimiter | undefined;
  if (readSettings().strict !== true) {
    if (it.lax === undefined) it.lax = noAttempts();
    others = new AttemptLimiter(it.lax);
  }
  return new EspotaHandshake(authOf(it), new AttemptLimiter(it.bad), others, defaultTimes.authMs, it.notify);
};

/** For passwords of which only an MD5 is known. */
export const md5OfText: PartTypes[Part.Md5Hex] = (text) => md5Of(resident, text);

/** The password of a request to the update page. */
export const checkPassword: PartTypes[Part.Password] = (now, credentials, isPost) => {
  const it = resident;
  const own = it.user;
  const stored = readSettings();
  const settings = webSettings(stored.web, optionsOf(it).web);
  const user = own !== undefined ? own[0] : settings === undefined ? "" : settings.user;
  const secrets = secretsOf(it, stored, own === undefined ? "" : own[1]);
  const plain = secrets.plain;
  if (it.bad === undefined) it.bad = noAttempts();
  const host = {
    isOpen: plain === "" && secrets.md5 === "" && secrets.sha256 === "",
    accepts: (name: string, text: string) => {
      const isSha = plain !== "" || secrets.sha256 !== "";
      const hash = isSha ? sha256Hex : it.load(Part.Md5Hex);
      const right = plain !== "" ? hash(plain) : isSha ? secrets.sha256 : secrets.md5;
      const known = user === "" || sameText(name, user);
      return sameText(hash(text), right) && known;
    },
    limiter: new AttemptLimiter(it.bad),
    notify: it.notify,
  };
  return password(host, now, credentials, isPost);
};
