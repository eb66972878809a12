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

/** Items of an object that stand on one line before a new one begins. */
const itemsOnLine = 4;

/** Text of a value as jsfGetJSONWithCallback writes it, its odd places of spaces included. */
export function valueText(value: unknown, style: TextStyle): string {
  const { print, space, data, strict, keepFunctions, bareKeys, ownEscapes, className } = style;
  const loose = print || space !== undefined;
  const comma = loose ? ", " : ",";
  const quote = (text: string) => quoted(text, strict === true && !ownEscapes);
  const line = (depth: number) => `\n${(space ?? "  ").repeat(depth)}`;
  const open = new Set<object>();

  const textOf = (one: unknown, depth: number, key: string | null, callsToJson = data): string => {
    if (one === undefined) return data ? "null" : "undefined";
    const pin = pinNumber(one);
    if (pin !== undefined) return strict ? `"D${pin}"` : `D${pin}`;
    if (typeof one === "string") return quote(one);
    if (typeof one === "number") return strict && !Number.isFinite(one) ? "null" : numberText(one);
    if (typeof one === "function") {
      if (data && !keepFunctions) return "undefined";
      return isOwn(one) ? "function () { [native code] }" : String(one);
    }
    if (typeof one !== "object" || one === null) return String(one);
    if (open.has(one)) return " ... ";
    open.add(one);
    try {
      if (Array.isArray(one)) return arrayText(one, depth);
      if (ArrayBuffer.isView(one) || isArrayBuffer(one)) return bufferText(one, depth);
      return objectText(one, depth, key, callsToJson);
    } finally {
      open.delete(one);
    }
  };

  /** The items between two brackets; where new lines fall depends on the item before. */
  const items = (depth: number) => {
    let first = true;
    let sinceLine = 0;
    const list = {
      text: "",
      /** What comes next has to stand on a line of its own. */
      owesLine: false,
      add(one: unknown, write: () => string, member = false): void {
        if (!first) list.text += comma;
        first = false;
        sinceLine++;
        const own = space !== undefined || (print === true && !isPlain(one));
        const full = member && print === true && sinceLine > itemsOnLine;
        if (own || list.owesLine || full) {
          list.text += line(depth + 1);
          sinceLine = 0;
        }
        list.text += write();
        list.owesLine = own;
      },
      addMembers(holder: object, names: readonly string[]): void {
        for (const name of names) {
          const { value: member, get } = Object.getOwnPropertyDescriptor(holder, name) ?? {};
          const hidden =
            get !== undefined ||
            (data && (member === undefined || (typeof member === "function" && !keepFunctions)));
          if (hidden) continue;
          const bare = bareKeys && (/^\d+$/.test(name) || /^[A-Za-z_$][\w$]*$/.test(name));
          const start = `${bare ? name : quote(name)}${loose ? ": " : ":"}`;
          list.add(member, () => start + textOf(member, depth + 1, name), true);
        }
      },
    };
    return list;
  };

  const arrayText = (array: readonly unknown[], depth: number): string => {
    const list = items(depth);
    for (let index = 0; index < array.length; index++)
      list.add(array[index], () => textOf(array[index], depth + 1, String(index)));
    const end = list.owesLine ? line(depth) : "";
    if (!loose) return `[${list.text}${end}]`;
    list.owesLine = false;
    list.addMembers(
      array,
      Object.keys(array).filter((name) => !/^\d+$/.test(name)),
    );
    return `[ ${list.text}${end} ]`;
  };

  const bufferText = (buffer: ArrayBufferView | ArrayBuffer, depth: number): string => {
    const name = Object.prototype.toString.call(buffer).slice(8, -1);
    const numbers: unknown[] = Array.from(
      isArrayBuffer(buffer) ? new Uint8Array(buffer) : (buffer as unknown as ArrayLike<number>),
    );
    if (!data && numbers.every((one) => one === 0)) return `new ${name}(${numbers.length})`;
    const start = space === undefined ? "" : line(depth + 1);
    const end = space === undefined ? "" : line(depth);
    const inner = start + numbers.map((one) => start + textOf(one, depth, null)).join(comma) + end;
    if (data) return `[${inner}]`;
    return name === "ArrayBuffer" ? `new Uint8Array([${inner}]).buffer` : `new ${name}([${inner}])`;
  };

  const objectText = (
    object: object,
    depth: number,
    key: string | null,
    callsToJson: boolean | undefined,
  ): string => {
    const name = className?.(object);
    const prefix = name === undefined ? "" : `${name}: `;
    if (name && object.toString !== Object.getPrototypeOf(Object.getPrototypeOf(object))?.toString)
      return prefix + String(object);
    const toJson = callsToJson && "toJSON" in object ? object.toJSON : undefined;
    if (typeof toJson === "function") {
      const result: unknown = toJson.call(object, key ?? undefined);
      if (result === object) open.delete(object);
      return textOf(result, depth, null, false);
    }
    const list = items(depth);
    list.addMembers(object, Object.keys(object));
    const inner = `${list.text}${list.owesLine ? line(depth) : ""}`;
    return prefix + (loose ? `{ ${inner} }` : `{${inner}}`);
  };

  return textOf(value, 0, null);
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
