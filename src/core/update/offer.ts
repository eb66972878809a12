import type { WantedImage } from "../pull/wanted.js";

/** What every way in (push, browser, pull, gateway) makes of a request to update, once it is authenticated. */
export interface Offer {
  /** 0 flash (firmware, app, agent: distinguished by the first bytes), 100 filesystem. */
  readonly command: number;
  /** Bytes. */
  readonly size: number;
  /** Of the image, 32 lower-case hex digits; "" when the way in has none. */
  readonly md5: string;
  /** Who sends it, for messages. */
  readonly from: string;
  /** Of the image, 64 lower-case hex digits; absent or "" when the way in has none. */
  readonly sha256?: string;
  /** A poll is for one image only, whatever the server sends. */
  readonly wants?: WantedImage;
}
