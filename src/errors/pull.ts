import type { CatalogEntry } from "./entry.js";

/** What a board says when it asks a server; numbers are ESPhttpUpdate's, or Sluice's own from -120 on. */
export const pullErrors: readonly CatalogEntry[] = [
  {
    code: "HTTP_CONNECTION_FAILED",
    number: -1,
    sentence: "The board could not connect to the update server.",
    remedy:
      "Check that `sluice serve` runs, that its port is open, and that the address in `ota.pull` is right.",
  },
  {
    code: "HTTP_CONNECTION_LOST",
    number: -5,
    sentence: "The server closed the connection before it had answered.",
    remedy: "Look at the server's log; a proxy or firewall between may cut connections.",
  },
  {
    code: "HTTP_NO_SERVER",
    number: -7,
    sentence: "What answered does not speak HTTP/1, or its head is malformed.",
    remedy: "Check port and scheme: an https server does not answer http.",
  },
  {
    code: "HTTP_ENCODING",
    number: -9,
    sentence: "The image comes with a Content-Encoding.",
    remedy: "Turn compression on the fly off for images, in the server or in the proxy before it.",
  },
  {
    code: "HTTP_READ_TIMEOUT",
    number: -11,
    sentence: "The server took the request and then said nothing for ten seconds.",
    remedy: "Look at the server's log and the Wi-Fi signal at the board.",
  },
  {
    code: "HTTP_NO_SIZE",
    number: -101,
    sentence: "The server did not say how long the image is, or said it in two ways.",
    remedy: "Have it send Content-Length, not chunks; `sluice serve` does.",
  },
  {
    code: "HTTP_NOT_FOUND",
    number: -102,
    sentence: "The server has no image under that path for this board.",
    remedy: "`sluice images DIR` lists what it has; see docs/server.md for which image is whose.",
  },
  {
    code: "HTTP_FORBIDDEN",
    number: -103,
    sentence: "The server does not serve this board.",
    remedy: "`sluice devices list` shows whether it is blocked.",
  },
  {
    code: "HTTP_WRONG_CODE",
    number: -104,
    sentence:
      "The server answered with a status that an updater does not know, or redirected where the board does not follow.",
    remedy: "The detail names the status or the redirect; docs/server.md lists what each status means.",
  },
  {
    code: "HTTP_WRONG_MD5",
    number: -105,
    sentence: "The server's x-MD5 or x-SHA256 is no hash.",
    remedy: "Mend the server: 32 and 64 hex digits.",
  },
  {
    code: "HTTP_UNAUTHORIZED",
    number: -108,
    sentence: "The server wants another token, or user and password.",
    remedy: "Check `token`, or `user` and `password`; a board with a token of its own must show that one.",
  },
  {
    code: "HTTP_NO_VERSION",
    number: -109,
    sentence: "The server did not say which version it has.",
    remedy:
      "It has to answer mode `version` with x-version; `sluice serve` does where the file says its version.",
  },
  {
    code: "PULL_BAD_OPTIONS",
    number: -120,
    sentence: "No poll can be made of these options.",
    remedy: "The detail says what is wrong with the address.",
  },
  {
    code: "HTTP_HEAD_TOO_LARGE",
    number: -121,
    sentence: "The head of the server's answer is longer than 8 KB, or one line of it than 2 KB.",
    remedy: "Have the server, or the proxy before it, send fewer headers.",
  },
  {
    code: "IMAGE_CHANGED",
    number: -122,
    sentence: "The server has another image than a moment ago; nothing of the two was mixed.",
    remedy: "Nothing to do: the next poll takes the new one.",
  },
];
