import { digests } from "./digests.js";
import { images } from "./images.js";
import { journal } from "./journal.js";
import { mdns } from "./mdns.js";
import type { Suite } from "./suite.js";
import { update } from "./update.js";
import { web } from "./web.js";
import { words } from "./words.js";

/** The suite in parts, each small enough to be a program of its own: file `NAME.ts` exports function `NAME`. */
export const parts: Readonly<Record<string, (suite: Suite) => void>> = {
  digests,
  words,
  images,
  journal,
  update,
  web,
  mdns,
};
