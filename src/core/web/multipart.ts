import { find } from "./find.js";
/** What comes out of a multipart body, in order. Bytes are binary text: one char, one byte. */
export interface MultipartSink {
  /** A file begins. @param rest bytes of the body that follow this part's head */
  readonly file: (field: string, name: string, rest: number) => void;
  /** Bytes of that file. */
  readonly data: (bytes: string) => void;
  /** A small field without a file. */
  readonly field: (name: string, value: string) => void;
}

const enum Place {
  /** Before the first boundary. */
  Preamble = 0,
  /** Behind a boundary: the next two bytes tell whether it was the last. */
  Boundary = 1,
  PartHead = 2,
  File = 3,
  Field = 4,
  End = 5,
}

const mostPartHead = 1024;
const mostField = 256;

/** The boundary of a multipart Content-Type, or "" (RFC 2046 §5.1.1: 1 to 70 characters). */
export function boundaryOf(contentType: string): string {
  if (contentType.slice(0, 20).toLowerCase() !== "multipart/form-data;") return "";
  const boundary = parameterOf(contentType, "boundary");
  return boundary.length > 70 ? "" : boundary;
}

/** `name="value"` or `name=value` out of a header; "" when it is not there. */
export function parameterOf(header: string, name: string): string {
  const lower = header.toLowerCase();
  let from = 0;
  for (;;) {
    const at = find(lower, `${name}=`, from);
    if (at < 0) return "";
    const before = lower.charAt(at - 1);
    if (before === ";" || before === " ") return valueAt(header, at + name.length + 1);
    from = at + 1;
  }
}

function valueAt(header: string, at: number): string {
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
  return "";
}

/**
 * Takes a multipart/form-data body (RFC 7578) to pieces, whatever the pieces it comes in. It keeps back less than
 * 2 KB: a part's head, or as many bytes as may still become a boundary.
 */
export class MultipartReader {
  private readonly delimiter: string;
  private place: Place;
  private held: string;
  private rest: number;
  private field: string;
  private fault: string;

  /** @param length of the whole body, bytes */
  constructor(
    boundary: string,
    length: number,
    private readonly sink: MultipartSink,
  ) {
    this.delimiter = `\r\n--${boundary}`;
    this.place = Place.Preamble;
    // The line feed before the first boundary belongs to the head of the request.
    this.held = "\r\n";
    this.rest = length;
    this.field = "";
    this.fault = "";
  }

  /** Takes the next bytes of the body; all of what they complete comes out at the sink. */
  take(bytes: string): void {
    if (this.fault.length > 0) return;
    this.held += bytes;
    this.rest -= bytes.length;
    while (this.fault.length === 0 && this.step()) {}
  }

  /** The last boundary has come. */
  isAtEnd(): boolean {
    return this.place === Place.End;
  }

  /** What is wrong with the body, or "". */
  error(): string {
    return this.fault;
  }

  /** Bytes kept back at the moment. */
  heldBytes(): number {
    return this.held.length;
  }

  /** @returns whether there may be more to do with what is held */
  private step(): boolean {
    switch (this.place) {
      case Place.Boundary:
        return this.boundary();
      case Place.PartHead:
        return this.partHead();
      case Place.End:
        this.held = "";
        return false;
      default:
        return this.content();
    }
  }

  /** Preamble, file or field: everything up to the next boundary. */
  private content(): boolean {
    const at = find(this.held, this.delimiter, 0);
    let end = at;
    if (at < 0) {
      // What may be the start of a boundary stays.
      end = this.held.length - this.delimiter.length + 1;
      if (end < 0) end = 0;
      const start = this.held.indexOf("\r", end);
      end = start < 0 ? this.held.length : start;
    }
    if (this.place === Place.File && end > 0) this.sink.data(this.held.slice(0, end));
    if (this.place === Place.Field) {
      if (end > mostField) this.fault = "a form field is too long";
      if (at < 0) return false;
      this.sink.field(this.field, this.held.slice(0, end));
    }
    if (at < 0) {
      this.held = this.held.slice(end);
      return false;
    }
    this.held = this.held.slice(at + this.delimiter.length);
    this.place = Place.Boundary;
    return true;
  }

  private boundary(): boolean {
    if (this.held.slice(0, 2) === "--") {
      this.place = Place.End;
      return true;
    }
    const end = find(this.held, "\r\n", 0);
    if (end < 0) {
      if (this.held.length > mostPartHead) this.fault = "no line end behind a boundary";
      return false;
    }
    if (this.held.slice(0, end).trim().length > 0) this.fault = "something else behind a boundary";
    // The line end stays: a part without headers begins with the empty line.
    this.held = this.held.slice(end);
    this.place = Place.PartHead;
    return true;
  }

  private partHead(): boolean {
    const end = find(this.held, "\r\n\r\n", 0);
    if (end < 0) {
      if (this.held.length > mostPartHead) this.fault = "the head of a part is too long";
      return false;
    }
    const disposition = dispositionOf(this.held.slice(0, end));
    this.held = this.held.slice(end + 4);
    this.field = parameterOf(disposition, "name");
    const name = parameterOf(disposition, "filename");
    // A file field in which nothing was chosen comes with an empty name and no bytes.
    const isFile = find(disposition.toLowerCase(), "filename=", 0) >= 0;
    this.place = isFile ? Place.File : Place.Field;
    if (isFile) this.sink.file(this.field, name, this.held.length + this.rest);
    return true;
  }
}

function dispositionOf(head: string): string {
  for (const line of head.split("\r\n"))
    if (line.slice(0, 20).toLowerCase() === "content-disposition:") return line.slice(20);
  return "";
}
