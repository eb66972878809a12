import { find } from "../text.js";

export const enum FormPlace {
  /** Before the first boundary. */
  Preamble = 0,
  /** Behind a boundary: the end of its line and the head of a part, or the two dashes of the last. */
  Head = 1,
  File = 2,
  Field = 3,
}

const mostPartHead = 1024;
const mostField = 256;

/** The boundary of a multipart Content-Type, or "" (RFC 2046 §5.1.1: 1 to 70 characters). */
export function boundaryOf(contentType: string): string {
  if (contentType.slice(0, 20).toLowerCase() !== "multipart/form-data;") return "";
  const boundary = parameterOf(contentType, "boundary") || "";
  return boundary.length > 70 ? "" : boundary;
}

/** `name="value"` or `name=value` out of a header; undefined when it is not there. */
export function parameterOf(header: string, name: string): string | undefined {
  const lower = header.toLowerCase();
  let at = -1;
  let before = "";
  while (before !== ";" && before !== " ") {
    at = find(lower, `${name}=`, at + 1);
    if (at < 0) return undefined;
    before = lower.charAt(at - 1);
  }
  at += name.length + 1;
  if (header.charAt(at) !== '"') {
    const end = header.indexOf(";", at);
    return header.slice(at, end < 0 ? header.length : end).trim();
  }
  let value = "";
  for (let i = at + 1; i < header.length; i++) {
    let char = header.charAt(i);
    if (char === '"') return value;
    if (char === "\\" && header.charAt(i + 1) === '"') {
      char = '"';
      i++;
    }
    value += char;
  }
  return undefined;
}

/** A form being received, as data: its parser need not be in memory all the time. */
export interface Form {
  /** The one file that was chosen has begun. */
  hasFile: boolean;
  /** Name of its field. */
  field: string;
  /** Bytes of it, provided that nothing comes behind it. */
  size: number;
  /** The small field of that name, or "". */
  md5: string;
  /** The last boundary has come. */
  isDone: boolean;
  /** What is wrong with the body, or "". */
  fault: string;
  /** Bytes kept back at the moment. */
  held: string;
  readonly mark: string;
  place: FormPlace;
  /** Bytes of the body that have not come, and of the file. */
  rest: number;
  left: number;
  /** Of the part that comes. */
  name: string;
}

/** @param length of the whole body, bytes */
export function newForm(boundary: string, length: number): Form {
  return {
    hasFile: false,
    field: "",
    size: 0,
    md5: "",
    isDone: false,
    fault: "",
    // The line feed before the first boundary belongs to the head of the request.
    held: "\r\n",
    mark: `\r\n--${boundary}`,
    place: FormPlace.Preamble,
    rest: length,
    left: 0,
    name: "",
  };
}

/** A part begins. @param rest bytes of the body behind its head */
function beginPart(form: Form, head: string, rest: number): void {
  const lines = head.split("\r\n");
  if (lines[0].trim().length > 0) form.fault = "something else behind a boundary";
  form.name = "";
  form.place = FormPlace.Field;
  for (const line of lines) {
    if (line.slice(0, 20).toLowerCase() !== "content-disposition:") continue;
    form.name = parameterOf(line, "name") || "";
    // A file field in which nothing was chosen comes with an empty name and no bytes.
    if (!parameterOf(line, "filename")) continue;
    if (form.hasFile) form.fault = "one image at a time";
    form.place = FormPlace.File;
    form.hasFile = true;
    form.field = form.name;
    // Behind it: line feed, two dashes, the boundary, two dashes, line feed.
    form.size = rest - form.mark.length - 4;
    form.left = form.size;
  }
}

/**
 * Parses the next bytes of a multipart/form-data body (RFC 7578), however they are cut. It keeps back
 * less than 2 KB: a part's head, or as many bytes as may still become a boundary. Bytes are binary text: one char, one byte.
 * @returns what they complete of the file
 */
export function takeForm(form: Form, bytes: string): string {
  if (form.fault.length > 0 || form.isDone) return "";
  // Mostly nothing is kept back, and nothing copied.
  let held = form.held.length === 0 ? bytes : form.held + bytes;
  let image = "";
  let goesOn = true;
  form.rest -= bytes.length;
  while (goesOn && form.fault.length === 0 && !form.isDone) {
    const isHead = form.place === FormPlace.Head;
    const mark = isHead ? "\r\n\r\n" : form.mark;
    const at = find(held, mark, 0);
    let end = at;
    goesOn = at >= 0;
    if (isHead && held.slice(0, 2) === "--") {
      form.isDone = true;
    } else if (isHead) {
      if (goesOn) beginPart(form, held.slice(0, at), held.length - at - 4 + form.rest);
      else if (held.length > mostPartHead) form.fault = "the head of a part is too long";
    } else {
      // What may be the start of a boundary stays.
      if (!goesOn) end = held.indexOf("\r", held.length < mark.length ? 0 : held.length - mark.length + 1);
      if (end < 0) end = held.length;
      if (form.place === FormPlace.File) image += end === held.length ? held : held.slice(0, end);
      if (form.place === FormPlace.Field) {
        if (end > mostField) form.fault = "a form field is too long";
        if (goesOn && form.name === "md5") form.md5 = held.slice(0, end);
        if (!goesOn) end = 0;
      }
      if (goesOn) form.place = FormPlace.Head;
    }
    if (goesOn) held = held.slice(at + mark.length);
    else if (!isHead) held = held.slice(end);
  }
  form.held = form.isDone ? "" : held;
  form.left -= image.length;
  if (form.left < 0) form.fault = "no last boundary behind the file";
  return image;
}
