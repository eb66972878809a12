import { boundaryOf, newForm, takeForm } from "../../../src/core/web/form.js";
import { isCrossSite, isOurHost } from "../../../src/core/web/gate.js";
import { Header, queryOf, readRequestHead } from "../../../src/core/web/head.js";
import { fromBase64, parseBasic } from "../../../src/core/web/password.js";
import type { Suite } from "./suite.js";
import { filler } from "./tools.js";

const boundary = "--PbFX0AFIuSo1";

function form(image: string): string {
  const start = `--${boundary}\r\nContent-Disposition: form-data; name="md5"\r\n\r\nabc\r\n--${boundary}\r\n`;
  const head =
    'content-disposition: form-data; name="app"; filename="gar;den.app"\r\nContent-Type: x/y\r\n\r\n';
  return `${start}${head}${image}\r\n--${boundary}--\r\n`;
}

/** What comes out of a form that comes in pieces of that length. */
function heardInPieces(body: string, piece: number): string {
  const coming = newForm(boundary, body.length);
  let image = "";
  for (let from = 0; from < body.length; from += piece)
    image += takeForm(coming, body.slice(from, from + piece));
  return `${coming.field} ${coming.md5} ${coming.isDone ? "end" : "more"} ${coming.fault} ${image}`;
}

function headOf(lines: string[]): string {
  return lines.join("\r\n");
}

function cutForm(suite: Suite, piece: number): void {
  suite.test(`a form comes apart in pieces of ${piece}`, () => {
    // What looks like a boundary, and is none.
    const image = `${filler(20, 23)}\r\n--${boundary.slice(0, 6)}\r\n\r\r\n${filler(20, 29)}\r`;
    suite.equal("parts", heardInPieces(form(image), piece) === `app abc end  ${image}`, true);
  });
}

/** What the update page's side makes of a request. */
export function web(suite: Suite): void {
  cutForm(suite, 1);
  cutForm(suite, 2);
  cutForm(suite, 7);
  cutForm(suite, 35);
  cutForm(suite, 1000);

  suite.test("a form without an end never ends", () => {
    const body = form("image");
    suite.equal(
      "cut",
      heardInPieces(body.slice(0, body.length - 6), 50),
      "app abc more no last boundary behind the file image",
    );
    suite.equal("boundary", boundaryOf(`multipart/form-data; boundary="${boundary}"`), boundary);
    suite.equal("none", boundaryOf("multipart/form-data"), "");
  });

  suite.test("heads are read strictly", () => {
    const good = headOf(["POST /update?md5=ab&size=7 HTTP/1.1", "Host: garden.local", "Content-Length:  7"]);
    const head = readRequestHead(good);
    suite.equal("read", head !== undefined, true);
    if (head === undefined) return;
    suite.equal("path", head.path, "/update");
    suite.equal("query", queryOf(head, "size"), "7");
    suite.equal("host", head.values[Header.Host], "garden.local");
    suite.equal("length", head.length, 7);
    const twice = headOf(["GET / HTTP/1.1", "Content-Length: 7", "content-length: 8"]);
    suite.equal("twice", readRequestHead(twice) === undefined, true);
    suite.equal("folded", readRequestHead(headOf(["GET / HTTP/1.1", "Host: a", " b"])) === undefined, true);
    suite.equal("no version", readRequestHead("GET /") === undefined, true);
    suite.equal("foreign", readRequestHead("GET http://x/ HTTP/1.1") === undefined, true);
    suite.equal("control", readRequestHead("GET /\u0007 HTTP/1.1") === undefined, true);
  });

  suite.test("passwords come in base64", () => {
    suite.equal("text", fromBase64("YWRtaW46dHVsaXA="), "admin:tulip");
    suite.equal("bytes", fromBase64("AP+A/g"), "\u0000\u00ff\u0080\u00fe");
    suite.equal("none", fromBase64("YWR*"), undefined);
    const known = parseBasic("Basic YWRtaW46dHU6bGlw");
    suite.equal("user", known === undefined ? "" : known.user, "admin");
    suite.equal("password", known === undefined ? "" : known.password, "tu:lip");
    suite.equal("bearer", parseBasic("Bearer YWRtaW46dHU6bGlw") === undefined, true);
  });

  suite.test("pages of other sites are told apart", () => {
    suite.equal("address", isOurHost("192.168.1.7:80", "garden"), true);
    suite.equal("name", isOurHost("Garden.local.", "garden"), true);
    suite.equal("foreign name", isOurHost("evil.example", "garden"), false);
    suite.equal("no address", isOurHost("192.168.1.256", "garden"), false);
    const own = readRequestHead(
      headOf(["POST / HTTP/1.1", "Host: garden.local", "Origin: http://garden.local"]),
    );
    const foreign = readRequestHead(
      headOf(["POST / HTTP/1.1", "Host: garden.local", "Origin: http://evil.example"]),
    );
    const sandbox = readRequestHead(headOf(["POST / HTTP/1.1", "Host: garden.local", "Origin: null"]));
    suite.equal("own", own !== undefined && isCrossSite(own), false);
    suite.equal("foreign", foreign !== undefined && isCrossSite(foreign), true);
    suite.equal("sandbox", sandbox !== undefined && isCrossSite(sandbox), true);
  });
}
