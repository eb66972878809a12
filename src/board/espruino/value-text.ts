import { isArrayBuffer, isOwn, pinNumber } from "./values.js";

/** How a value becomes text; Espruino's JSONFlags (src/jswrap_json.h). */
export interface TextStyle {
  /** Spaces, and a new line before what is no number. */
  readonly print?: boolean;
  /** What indents each level; every value then has its line. */
  readonly space?: string;
  /** Functions and undefined count for nothing, buffers are arrays, toJSON is called. */
  readonly data?: boolean;
  /** Pins are strings, NaN is null, and escapes are those of JSON. */
  readonly strict?: boolean;
  readonly keepFunctions?: boolean;
  readonly bareKeys?: boolean;
  readonly ownEscapes?: boolean;
  /** What stands before an object of a class that is a global. */
  readonly className?: (value: object) => string | undefined;
}

export const jsonStyle: TextStyle = { data: true, strict: true };
export const toJsStyle: TextStyle = { data: true, keepFunctions: true, bareKeys: true, ownEscapes: true };
export const writeJsonStyle: TextStyle = { ...jsonStyle, bareKeys: true, ownEscapes: true };

/** Text of a value as jsfGetJSONWithCallback writes it, its odd places of spaces included. */
export function valueText(value: unknown, style: TextStyle): string {
  return new ValueText(style).text(value, 0, null);
}

class ValueText {
  readonly #style: TextStyle;
  readonly #open = new Set<object>();
  readonly #comma: string;

  constructor(style: TextStyle) {
    this.#style = style;
    this.#comma = style.print || style.space !== undefined ? ", " : ",";
  }

  text(value: unknown, depth: number, key: string | null, useToJson = this.#style.data ?? false): string {
    const { data, strict, ownEscapes } = this.#style;
    if (value === undefined) return data ? "null" : "undefined";
    const pin = pinNumber(value);
    if (pin !== undefined) return strict ? `"D${pin}"` : `D${pin}`;
    if (typeof value === "string") return quoted(value, strict === true && !ownEscapes);
    if (typeof value === "number") return strict && !Number.isFinite(value) ? "null" : numberText(value);
    if (typeof value === "function") return this.#functionText(value);
    if (typeof value !== "object" || value === null) return String(value);
    if (this.#open.has(value)) return " ... ";
    this.#open.add(value);
    try {
      if (Array.isArray(value)) return this.#array(value, depth);
      if (ArrayBuffer.isView(value) || isArrayBuffer(value)) return this.#buffer(value, depth);
      return this.#object(value, depth, key, useToJson);
    } finally {
      this.#open.delete(value);
    }
  }

  #functionText(value: object): string {
    const { data, keepFunctions } = this.#style;
    if (data && !keepFunctions) return "undefined";
    return isOwn(value) ? "function () { [native code] }" : String(value);
  }

  #line(depth: number): string {
    return `\n${(this.#style.space ?? "  ").repeat(depth)}`;
  }

  #array(value: readonly unknown[], depth: number): string {
    const { print, space } = this.#style;
    const loose = print || space !== undefined;
    const list = new Items(this.#style, this.#comma, this.#line(depth + 1));
    for (let index = 0; index < value.length; index++)
      list.add(value[index], () => this.text(value[index], depth + 1, String(index)));
    const open = list.owesLine;
    if (loose) {
      list.owesLine = false;
      const words = Object.keys(value).filter((name) => !/^\d+$/.test(name));
      this.#members(value, words, depth, list);
    }
    return `${loose ? "[ " : "["}${list.text}${open ? this.#line(depth) : ""}${loose ? " ]" : "]"}`;
  }

  #buffer(value: ArrayBufferView | ArrayBuffer, depth: number): string {
    const elements = isArrayBuffer(value)
      ? new Uint8Array(value)
      : (value as unknown as ArrayLike<number> & Uint8Array);
    const { data, space } = this.#style;
    const name = isArrayBuffer(value) ? "ArrayBuffer" : Object.prototype.toString.call(value).slice(8, -1);
    const numbers = Array.from(elements);
    if (!data && numbers.every((one) => one === 0)) return `new ${name}(${numbers.length})`;
    const line = space === undefined ? "" : this.#line(depth + 1);
    const end = space === undefined ? "" : this.#line(depth);
    const inner = line + numbers.map((one) => line + this.text(one, depth, null)).join(this.#comma) + end;
    if (data) return `[${inner}]`;
    return name === "ArrayBuffer" ? `new Uint8Array([${inner}]).buffer` : `new ${name}([${inner}])`;
  }

  #object(value: object, depth: number, key: string | null, useToJson: boolean): string {
    const name = this.#style.className?.(value);
    if (
      name !== undefined &&
      value.toString !== Object.getPrototypeOf(Object.getPrototypeOf(value))?.toString
    )
      return `${name}: ${String(value)}`;
    const toJson = useToJson && "toJSON" in value ? value.toJSON : undefined;
    if (typeof toJson === "function") {
      const result: unknown = toJson.call(value, key ?? undefined);
      if (result === value) this.#open.delete(value);
      return this.text(result, depth, null, false);
    }
    const loose = this.#style.print || this.#style.space !== undefined;
    const list = new Items(this.#style, this.#comma, this.#line(depth + 1));
    this.#members(value, Object.keys(value), depth, list);
    const inner = `${list.text}${list.owesLine ? this.#line(depth) : ""}`;
    return `${name === undefined ? "" : `${name}: `}${loose ? `{ ${inner} }` : `{${inner}}`}`;
  }

  #members(value: object, names: readonly string[], depth: number, list: Items): void {
    const { data, keepFunctions, bareKeys, strict, ownEscapes } = this.#style;
    for (const name of names) {
      const { value: member, get } = Object.getOwnPropertyDescriptor(value, name) ?? {};
      const hidden =
        get !== undefined ||
        (data && (member === undefined || (typeof member === "function" && !keepFunctions)));
      if (hidden) continue;
      const bare = bareKeys && (/^\d+$/.test(name) || /^[A-Za-z_$][\w$]*$/.test(name));
      const shown = bare ? name : quoted(name, strict === true && !ownEscapes);
      const colon = this.#comma === "," ? ":" : ": ";
      list.add(member, () => shown + colon + this.text(member, depth + 1, name), true);
    }
  }
}

/** Items of an object that stand on one line before a new one begins. */
const itemsOnLine = 4;

/** The items between two brackets; where new lines fall depends on the item before. */
class Items {
  text = "";
  /** What comes next has to stand on a line of its own. */
  owesLine = false;
  #first = true;
  #sinceLine = 0;

  constructor(
    private readonly style: TextStyle,
    private readonly comma: string,
    private readonly line: string,
  ) {}

  add(value: unknown, text: () => string, member = false): void {
    if (!this.#first) this.text += this.comma;
    this.#first = false;
    this.#sinceLine++;
    const all = this.style.space !== undefined;
    const own = all || (this.style.print === true && !isPlain(value));
    const full = member && this.style.print === true && this.#sinceLine > itemsOnLine;
    if (own || this.owesLine || full) {
      this.text += this.line;
      this.#sinceLine = 0;
    }
    this.text += text();
    this.owesLine = own;
  }
}

function isPlain(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    pinNumber(value) !== undefined
  );
}

const named: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
  '"': '\\"',
};

/**
 * Text between quotes, escaped as Espruino does it (src/jsutils.c escapeCharacter).
 * @param json only \\uXXXX; else the shortest that its lexer reads
 */
function quoted(text: string, json: boolean): string {
  let result = '"';
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    const code = text.charCodeAt(index);
    if (named[char] !== undefined) result += named[char];
    else if (!json && char === "\v") result += "\\v";
    else if (!json && code < 8 && !/[0-7]/.test(text[index + 1] ?? "")) result += `\\${code}`;
    else if (code >= 32 && code < 127) result += char;
    else if (json || code > 255) result += `\\u${hex(code, 4)}`;
    else result += `\\x${hex(code, 2)}`;
  }
  return `${result}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, "0");
}

/** What is left over is taken for nothing from here on (src/jsutils.c ftoa_bounded_extra). */
const nothing = 0.0000001;

/**
 * A number as Espruino makes text of it: at most 11 digits behind the point, cut rather than rounded.
 * @param digits behind the point, for toFixed; -1: as many as there are
 */
export function numberText(number: number, radix = 10, digits = -1): string {
  if (!Number.isFinite(number)) return String(number);
  if (digits <= 0 && Number.isSafeInteger(number)) return number.toString(radix);
  let left = Math.abs(number);
  let exponent = 0;
  const scale = (again: () => boolean, factor: number, power: number): void => {
    for (; again(); exponent += power) left = power > 0 ? left / factor : left * factor;
  };
  if (radix === 10 && digits < 0 && left >= 1e21) {
    scale(() => left > 100000, 100000, 5);
    scale(() => left > 10, 10, 1);
  } else if (radix === 10 && digits < 0 && left < 1e-6) {
    scale(() => left < 1e-5, 100000, -5);
    scale(() => left < 1, 10, -1);
  }
  if (Math.trunc(left + nothing) === Math.trunc(left) + 1) left = Math.trunc(left) + 1;
  let text = number < 0 ? "-" : "";
  let place = 1;
  while (place * radix <= left) place *= radix;
  for (; place >= 1; place /= radix) {
    const digit = Math.trunc(left / place);
    left -= digit * place;
    text += digit.toString(radix);
  }
  return text + fraction(left * radix, radix, digits) + exponentText(exponent);
}

function fraction(from: number, radix: number, digits: number): string {
  let left = from;
  let text = "";
  const more = (): boolean => (digits < 0 ? text.length < 11 && left > nothing : text.length < digits);
  while (more()) {
    const last = digits - text.length === 1;
    const digit = Math.trunc(left + (last ? 0.5 : 0.00000001));
    left = (left - digit) * radix;
    text += Math.min(digit, radix - 1).toString(radix);
  }
  return text === "" ? "" : `.${text}`;
}

function exponentText(exponent: number): string {
  return exponent === 0 ? "" : `e${exponent > 0 ? "+" : ""}${exponent}`;
}
