import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { closeServer, listen, makeServer } from "../../../node/http-server.js";
import type { FlashJob } from "../job.js";

export interface FlashPage {
  /** With a token in its path: without it nothing is served, least of all the password's hashes. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** What the page fetches first; the bytes of each piece come by its number. */
export interface PagePlan extends Omit<FlashJob, "pieces"> {
  readonly pieces: readonly { address: number; size: number; md5: string; what: string }[];
  readonly notes: readonly string[];
}

/** Nothing from elsewhere, no frames, no forms: the page talks to this server and to the board. */
const headers = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "Permissions-Policy": "serial=(self)",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

/** Serves a page on 127.0.0.1 that writes the job by WebSerial. */
export async function serveFlashPage(job: FlashJob, notes: readonly string[]): Promise<FlashPage> {
  const token = randomBytes(16).toString("hex");
  const script = await bundleClient();
  const plan: PagePlan = {
    ...job,
    pieces: job.pieces.map(({ address, bytes, md5, what }) => ({ address, size: bytes.length, md5, what })),
    notes,
  };
  let port = 0;
  const answer = (path: string): [type: string, body: string | Uint8Array] | undefined => {
    if (path === "") return ["text/html; charset=utf-8", pageHtml];
    if (path === "page.js") return ["text/javascript; charset=utf-8", script];
    if (path === "page.css") return ["text/css; charset=utf-8", pageStyle];
    if (path === "plan.json") return ["application/json", JSON.stringify(plan)];
    const number = /^piece\/(\d{1,4})$/.exec(path)?.[1];
    const piece = number === undefined ? undefined : job.pieces[Number(number)];
    return piece && ["application/octet-stream", piece.bytes];
  };
  const start = `/${token}/`;
  const server = makeServer();
  server.on("request", (request, response) => {
    const { url = "" } = request;
    const found = allowed(request, port) && url.startsWith(start) && answer(url.slice(start.length));
    const [status, type, body] = found ? [200, ...found] : [404, "text/plain", "Not here.\n"];
    request.resume();
    response.writeHead(status, { ...headers, "Content-Type": type }).end(body);
  });
  ({ port } = await listen(server, 0, "127.0.0.1"));
  return { url: `http://127.0.0.1:${port}${start}`, close: () => closeServer(server) };
}

/** Foreign names that resolve to this host (DNS rebinding) get no answer. */
function allowed(request: IncomingMessage, port: number): boolean {
  const site = request.headers["sec-fetch-site"];
  return (
    request.method === "GET" &&
    request.headers.host === `127.0.0.1:${port}` &&
    (site === undefined || site === "same-origin" || site === "none")
  );
}

/** esptool-js and our writer in one script, made at start: no build step ships it. */
async function bundleClient(): Promise<string> {
  const compiled = fileURLToPath(new URL("./client.js", import.meta.url));
  const source = fileURLToPath(new URL("./client.ts", import.meta.url));
  const result = await build({
    entryPoints: [existsSync(compiled) ? compiled : source],
    bundle: true,
    write: false,
    format: "esm",
    target: "chrome103",
    minify: true,
    logLevel: "silent",
  });
  return result.outputFiles[0].text;
}

const pageStyle = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}
button{font:inherit;padding:.6rem 1.4rem}progress{width:100%}#state{font-weight:bold}#failed{color:#a00}
@media (prefers-color-scheme:dark){body{background:#111;color:#eee}#failed{color:#f88}}
`;

/** The page; what it shows comes from plan.json. */
const pageHtml = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sluice: first flash</title>
<link rel="stylesheet" href="page.css">
<h1>First flash</h1>
<p id="about"></p>
<table id="parts"></table>
<ul id="notes"></ul>
<p><button id="start" disabled>Choose the board's port and flash</button></p>
<p id="state" role="status"></p>
<progress id="progress" max="1" value="0" hidden></progress>
<p id="failed" role="alert"></p>
<script type="module" src="page.js"></script>
</html>
`;
