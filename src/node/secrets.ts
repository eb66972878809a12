import { createHash } from "node:crypto";
import type { Secrets } from "../core/espota/auth.js";

/** What a board keeps of a password; both empty stands for a board that takes updates from anyone. */
export function secretsOf(password: string | undefined): Secrets {
  if (password === undefined) return { md5: "", sha256: "" };
  return {
    md5: createHash("md5").update(password).digest("hex"),
    sha256: createHash("sha256").update(password).digest("hex"),
  };
}
