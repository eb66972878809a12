/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

export type Piece = Html | string | number | readonly Html[];

/** A template in which every value is escaped, unless it is Html itself. */
export function html(strings: TemplateStringsArray, ...values: Piece[]): Html {
  let text = strings[0] ?? "";
  values.forEach((value, i) => {
    text += escaped(value) + (strings[i + 1] ?? "");
  });
  return new Html(text);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(value: Piece): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map((one) => one.text).join("");
  return String(value).replace(/[&<>"']/g, (char) => entities[char] ?? "");
}
