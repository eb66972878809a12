import { find } from "./find.js";

const enum Place {
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

/**
 * Takes a multipart/form-data body (RFC 7578) to pieces, whatever the pieces it comes in. It keeps back less than
 * 2 KB: a part's head, or as many bytes as may still become a boundary. Bytes are binary text: one char, one byte.
 */
export class MultipartReader {
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
  private readonly mark: string;
  private place: Place;
  /** Bytes of the body that have not come, and of the file. */
  private rest: number;
  private left: number;
  /** Of the part that comes. */
  private name: string;

  /** @param length of the whole body, bytes */
  constructor(boundary: string, length: number) {
    this.hasFile = false;
    this.field = "";
    this.size = 0;
    this.md5 = "";
    this.isDone = false;
    this.fault = "";
    // The line feed before the first boundary belongs to the head of the request.
    this.held = "\r\n";
    this.mark = `\r\n--${boundary}`;
    this.place = Place.Preamble;
    this.rest = length;
    this.left = 0;
    this.name = "";
  }

  /** Takes the next bytes of the body. @returns what they complete of the file */
  take(bytes: string): string {
    if (this.fault.length > 0 || this.isDone) return "";
    // Mostly nothing is kept back, and nothing copied.
    let held = this.held.length === 0 ? bytes : this.held + bytes;
    let image = "";
    let goesOn = true;
    this.rest -= bytes.length;
    while (goesOn && this.fault.length === 0 && !this.isDone) {
      const isHead = this.place === Place.Head;
      const mark = isHead ? "\r\n\r\n" : this.mark;
      const at = find(held, mark, 0);
      let end = at;
      goesOn = at >= 0;
      if (isHead && held.slice(0, 2) === "--") {
        this.isDone = true;
      } else if (isHead) {
        if (goesOn) this.begin(held.slice(0, at), held.length - at - 4 + this.rest);
        else if (held.length > mostPartHead) this.fault = "the head of a part is too long";
      } else {
        // What may be the start of a boundary stays.
        if (!goesOn) end = held.indexOf("\r", held.length < mark.length ? 0 : held.length - mark.length + 1);
        if (end < 0) end = held.length;
        if (this.place === Place.File) image += end === held.length ? held : held.slice(0, end);
        if (this.place === Place.Field) {
          if (end > mostField) this.fault = "a form field is too long";
          if (goesOn && this.name === "md5") this.md5 = held.slice(0, end);
          if (!goesOn) end = 0;
        }
        if (goesOn) this.place = Place.Head;
      }
      if (goesOn) held = held.slice(at + mark.length);
      else if (!isHead) held = held.slice(end);
    }
    this.held = this.isDone ? "" : held;
    this.left -= image.length;
    if (this.left < 0) this.fault = "no last boundary behind the file";
    return image;
  }

  /** A part begins. @param rest bytes of the body behind its head */
  private begin(head: string, rest: number): void {
    const lines = head.split("\r\n");
    if (lines[0].trim().length > 0) this.fault = "something else behind a boundary";
    this.name = "";
    this.place = Place.Field;
    for (const line of lines) {
      if (line.slice(0, 20).toLowerCase() !== "content-disposition:") continue;
      this.name = parameterOf(line, "name") || "";
      // A file field in which nothing was chosen comes with an empty name and no bytes.
      if (!parameterOf(line, "filename")) continue;
      if (this.hasFile) this.fault = "one image at a time";
      this.place = Place.File;
      this.hasFile = true;
      this.field = this.name;
      // Behind it: line feed, two dashes, the boundary, two dashes, line feed.
      this.size = rest - this.mark.length - 4;
      this.left = this.size;
    }
  }
}
