/** What came back for a request that asked to close the connection behind it. */
export interface HttpAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Reads all that came; undefined when it is no whole answer of HTTP/1.x with a length. Bytes are one char each. */
export function readAnswer(text: string): HttpAnswer | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0 || text.slice(0, 7) !== "HTTP/1.") return undefined;
  const head = text.slice(0, end);
  const status = digits(text.slice(9, 12));
  if (status < 100 || text.charAt(8) !== " ") return undefined;
  const body = text.slice(end + 4);
  const length = headerOf(head, "content-length");
  if (length !== "" && digits(length) !== body.length) return undefined;
  return { status: status, head: head, body: body };
}

/** A header's value without blanks around it, or "". @param name in lower case */
export function headerOf(head: string, name: string): string {
  const lines = head.split("\r\n");
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return "";
}

/** -1 when it is anything but one to nine digits. */
function digits(text: string): number {
  if (text.length === 0 || text.length > 9) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
