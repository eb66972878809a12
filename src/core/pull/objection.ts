import { olderThan } from "../version.js";
import type { Announced } from "./announced.js";
import { type Shunned, shunReason } from "./shun.js";

/** What decides whether an image is wanted, besides the server's word. */
export interface Taste {
  /** MD5 of the image that runs, and of the one that the board came back from; "" where there is none. */
  readonly runningMd5: string;
  readonly givenUpMd5: string;
  /** Of what runs. */
  readonly version: string;
  /** Take nothing older than that. */
  readonly newerOnly: boolean;
  readonly shunned: Shunned | undefined;
}

/** How an image is remembered: by its MD5, else by its tag. */
export function nameOfImage(image: Announced): string {
  return image.md5.length > 0 ? image.md5 : image.etag;
}

/** Why an image is not worth the equipment's while, whatever the server thinks; or "". */
export function objection(taste: Taste, now: number, image: Announced): string {
  const md5 = image.md5;
  if (md5.length > 0 && md5 === taste.runningMd5) return "the image runs already";
  if (md5.length > 0 && md5 === taste.givenUpMd5) return "the board came back from this image";
  if (taste.newerOnly && image.version.length > 0 && olderThan(image.version, taste.version))
    return `${image.version} is older than what runs`;
  return shunReason(taste.shunned, now, nameOfImage(image));
}
