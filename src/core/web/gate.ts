import { type Fault, FaultNumber, fault } from "../errors.js";
import { addressBytes, decimal, find } from "../text.js";
import { boundaryOf } from "./form.js";
import { Header, type HttpHead, queryOf } from "./head.js";
import { htmlType, plainType, type WebReply } from "./reply.js";
import { type Route, type Upload, WebUploadStage } from "./steps.js";

/** What `gate` needs of the board. */
export interface GateHost {
  /** E.g. "/update". */
  readonly path: string;
  /** The board's name on the network, without `.local`; "" when it has none. */
  readonly name: string;
  /** Bytes, and header lines about how it is stored, each with its line end. */
  readonly pageLength: number;
  readonly pageHeaders: string;
}

/**
 * Whether the Host header names this board: by address, by its name, by its name in `.local`. A foreign name that was
 * made to point here (DNS rebinding) must not be answered, since pages under that name may read what we answer.
 */
export function isOurHost(host: string, name: string): boolean {
  const colon = host.indexOf(":");
  let bare = (colon < 0 ? host : host.slice(0, colon)).toLowerCase();
  // The final dot of a full name.
  if (bare.charAt(bare.length - 1) === ".") bare = bare.slice(0, bare.length - 1);
  if (addressBytes(bare) !== "" || bare === "localhost") return true;
  const own = name.toLowerCase();
  return own.length > 0 && (bare === own || bare === `${own}.local`);
}

/** "http://garden.local:8080/x" → "garden.local:8080"; "" when it is no such address ("null" of sandboxed pages). */
function hostOf(url: string): string {
  const start = find(url, "://", 0);
  const scheme = url.slice(0, start < 0 ? 0 : start).toLowerCase();
  if (scheme !== "http" && scheme !== "https") return "";
  const rest = url.slice(start + 3);
  const slash = rest.indexOf("/");
  return slash < 0 ? rest : rest.slice(0, slash);
}

/**
 * Whether a page of another site sends this: browsers attach the password they know to requests of every page. Tools
 * that are no browsers send neither header. A proxy may have changed the scheme, so that only hosts are compared.
 */
export function isCrossSite(head: HttpHead): boolean {
  const site = head.values[Header.Site];
  if (site.length > 0 && site !== "same-origin" && site !== "none") return true;
  const from = head.values[Header.Origin] || head.values[Header.Referer];
  return from.length > 0 && hostOf(from).toLowerCase() !== head.values[Header.Host].toLowerCase();
}

/** An answer that needs no password. */
function refused(head: HttpHead | undefined, status: number, headers: string, text: string): Route {
  return {
    length: head === undefined ? 0 : head.length,
    isPost: false,
    credentials: undefined,
    answer: { status: status, type: plainType, headers: headers, body: text },
    task: undefined,
    isUpload: false,
  };
}

/** The routes below one path. @returns undefined: the request has a step of its own */
function answerOf(path: string, host: GateHost, head: HttpHead, task: Upload): WebReply | Fault | undefined {
  const isGet = head.method === "GET";
  if (head.path === path && isGet)
    return { status: 200, type: htmlType, headers: host.pageHeaders, body: "", more: host.pageLength };
  if (head.path === path) {
    if (head.length < 0)
      return { status: 411, type: plainType, headers: "", body: "Content-Length is missing\n" };
    if (head.length === 0) return fault(FaultNumber.NoData, "");
    const isForm = head.values[Header.Type].slice(0, 10).toLowerCase() === "multipart/";
    if (isForm && task.boundary.length === 0)
      return fault(FaultNumber.Aborted, "multipart without a boundary");
    return undefined;
  }
  if (head.path === `${path}/status` && isGet) return undefined;
  if (head.path === `${path}/prepare` && !isGet)
    return task.size < 0 ? fault(FaultNumber.Size, "") : undefined;
  if (head.path === "/" && isGet)
    return { status: 302, type: plainType, headers: `Location: ${path}\r\n`, body: "" };
  return { status: 404, type: plainType, headers: "", body: `Nothing here but ${path}\n` };
}

/**
 * What a request is for, judged from its head alone. What another site makes a browser send is turned away before its
 * password is looked at.
 */
export function gate(host: GateHost, head: HttpHead | undefined): Route {
  if (head === undefined) return refused(head, 400, "", "Not an HTTP request\n");
  const isGet = head.method === "GET";
  const name = head.values[Header.Host];
  if (name.length === 0) return refused(head, 400, "", "Host is missing\n");
  if (!isOurHost(name, host.name))
    return refused(head, 403, "", "This board does not go by that name. Use its address, or its own name.\n");
  if (!isGet && head.method !== "POST")
    return refused(head, head.method === "OPTIONS" ? 204 : 405, "Allow: GET, POST\r\n", "");
  if (!isGet && isCrossSite(head)) return refused(head, 403, "", "A page of another site sent this.\n");
  const path = host.path;
  const isUpload = !isGet && head.path === path;
  const task: Upload = {
    command: queryOf(head, "kind") === "filesystem" ? 100 : 0,
    size: isUpload ? head.length : decimal(queryOf(head, "size")),
    md5: (queryOf(head, "md5") || head.values[Header.Md5]).toLowerCase(),
    run: undefined,
    length: head.length,
    boundary: isUpload ? boundaryOf(head.values[Header.Type]) : "",
    expects: head.values[Header.Expect].toLowerCase() === "100-continue",
    again: head.query.length > 0 ? `${path}?${head.query}` : path,
    stage: WebUploadStage.Head,
    form: undefined,
    take: undefined,
    received: 0,
    dropped: 0,
    written: 0,
    last: 0,
    restarts: true,
  };
  return {
    length: head.length,
    isPost: !isGet,
    credentials: head.values[Header.Authorization],
    answer: answerOf(path, host, head, task),
    task: isGet ? undefined : task,
    isUpload: isUpload,
  };
}
