import { type Fault, FaultNumber, fault } from "../errors.js";
import { decimal } from "../espota/invitation.js";
import { Header, type HttpHead, queryOf } from "./http-head.js";
import { boundaryOf } from "./multipart.js";
import { isCrossSite, isOurHost } from "./origin.js";
import { html, plain, type Reply } from "./reply.js";
import type { GateHost, Route, Task } from "./web-host.js";

/** An answer that no password changes. */
function refused(head: HttpHead | undefined, status: number, headers: string, text: string): Route {
  return {
    length: head === undefined ? 0 : head.length,
    isPost: false,
    credentials: undefined,
    answer: { status: status, type: plain, headers: headers, body: text },
    task: undefined,
    isUpload: false,
  };
}

/** The routes below one path. @returns undefined: what is asked for has a step of its own */
function answerOf(path: string, host: GateHost, head: HttpHead, task: Task): Reply | Fault | undefined {
  const isGet = head.method === "GET";
  if (head.path === path && isGet)
    return { status: 200, type: html, headers: host.pageHeaders, body: "", more: host.pageLength };
  if (head.path === path) {
    if (head.length < 0)
      return { status: 411, type: plain, headers: "", body: "Content-Length is missing\n" };
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
    return { status: 302, type: plain, headers: `Location: ${path}\r\n`, body: "" };
  return { status: 404, type: plain, headers: "", body: `Nothing here but ${path}\n` };
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
  const task: Task = {
    command: queryOf(head, "kind") === "filesystem" ? 100 : 0,
    size: isUpload ? head.length : decimal(queryOf(head, "size")),
    md5: (queryOf(head, "md5") || head.values[Header.Md5]).toLowerCase(),
    run: undefined,
    boundary: isUpload ? boundaryOf(head.values[Header.Type]) : "",
    expects: head.values[Header.Expect].toLowerCase() === "100-continue",
    again: head.query.length > 0 ? `${path}?${head.query}` : path,
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
