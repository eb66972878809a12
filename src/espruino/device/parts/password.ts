import { AttemptLimiter, noAttempts } from "../../../core/attempts.js";
import { sameText } from "../../../core/same-text.js";
import { password } from "../../../core/web/password.js";
import { sha256Hex } from "../ports/engine-crypto.js";
import { optionsOf, Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { webSettings } from "../resident/web-settings.js";
import { readSettings } from "../settings.js";
import { secretsOf } from "./auth.js";

declare const exports: { open: PartTypes[Part.Password] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** Who asks. */
exports.open = (now, credentials, isPost) => {
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
    notify: it.tell,
  };
  return password(host, now, credentials, isPost);
};
