import type { Machine } from "./machine.js";
import type { Realm } from "./realm.js";
import { jsonStyle, type TextStyle, valueText } from "./value-text.js";

/** Puts Espruino's JSON in the place of the language's. */
export function installJson(machine: Machine): void {
  const { realm } = machine;
  const json = realm.object({});
  machine.methods(json, {
    stringify: (_json, value, _replacer, space) => valueText(value, spaced(space)),
    parse: (_json, text) => readJson(realm, String(text)),
  });
  realm.define("JSON", json);
}

function spaced(space: unknown): TextStyle {
  if (space === undefined || space === null) return jsonStyle;
  const text =
    typeof space === "number" ? " ".repeat(Math.min(Math.max(space, 0), 10)) : String(space).slice(0, 9);
  return text === "" ? jsonStyle : { ...jsonStyle, space: text };
}

interface Token {
  /** As messages name it. */
  readonly name: string;
  readonly kind: "number" | "string" | "word" | "sign" | "end";
  readonly value?: unknown;
}

const reserved =
  /^(if|else|do|while|for|break|continue|function|return|var|let|const|this|throw|try|catch|finally|true|false|null|undefined|new|in|instanceof|switch|case|default|delete|typeof|void|debugger|class|extends|super|static|of)$/;
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
};

/**
 * JSON as Espruino reads it, with the lexer of the language (src/jswrap_json.c): either quote, comments, a comma too
 * many, 0x10, and anything may stand behind the value.
 * @param bareKeys keys may go without quotes, as Storage.readJSON lets them
 * @throws SyntaxError of the sandbox
 */
export function readJson(realm: Realm, text: string, bareKeys = false): unknown {
  const tokens = lex(text);
  let token = tokens.next().value;
  const take = (): Token => {
    const taken = token;
    token = tokens.next().value;
    return taken;
  };
  const match = (sign: string): void => {
    if (token.name !== `'${sign}'`) throw realm.error("SyntaxError", `Got ${token.name} expected '${sign}'`);
    take();
  };
  const is = (sign: string): boolean => token.name === `'${sign}'`;
  const value = (): unknown => {
    const minus = is("-") && take();
    if (token.kind === "number") return minus ? -Number(take().value) : take().value;
    if (minus) return undefined;
    if (token.kind === "string") return take().value;
    if (is("[")) return array();
    if (is("{")) return object();
    if (token.name in words) return words[take().name];
    throw realm.error("SyntaxError", `Expecting valid value, got ${token.name.replace(/^(ID):.*/, "$1")}`);
  };
  const array = (): unknown[] => {
    const items = realm.array([]);
    take();
    while (!is("]")) {
      items[items.length] = value();
      if (!is("]")) match(",");
    }
    take();
    return items;
  };
  const object = (): Record<string, unknown> => {
    const members = realm.object({});
    take();
    while (token.kind === "string" || token.kind === "word" || token.name === "INT") {
      if (token.kind !== "string" && !bareKeys)
        throw realm.error("SyntaxError", `Got ${token.name} expected STRING`);
      const key = String(take().value);
      match(":");
      members[key] = value();
      if (!is("}")) match(",");
    }
    match("}");
    return members;
  };
  return value();
}

const numberPattern =
  /0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const wordPattern = /[A-Za-z_$][\w$]*/y;
const blankPattern = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const signPattern = /===|!==|>>>=|>>>|==|!=|<=|>=|<<|>>|&&|\|\||=>|\+\+|--|[\s\S]/y;

function* lex(text: string): Generator<Token, never> {
  let at = 0;
  const eat = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  for (;;) {
    eat(blankPattern);
    if (at >= text.length) yield { name: "EOF", kind: "end" };
    const quote = text[at];
    if (quote === '"' || quote === "'" || quote === "`") {
      const end = stringEnd(text, at);
      const inner = text.slice(at + 1, end);
      if (end >= text.length) yield { name: "UNFINISHED STRING", kind: "sign" };
      at = end + 1;
      const value = unescaped(inner);
      yield { name: `String:'${value}'`, kind: "string", value };
      continue;
    }
    const number = eat(numberPattern);
    if (number !== undefined) {
      // 017 is octal, as in the language
      const value = /^0[0-7]+$/.test(number) ? Number.parseInt(number, 8) : Number(number.replace(/_/g, ""));
      yield { name: /^0[xbo]|^[\d_]+$/i.test(number) ? "INT" : "FLOAT", kind: "number", value };
      continue;
    }
    const word = eat(wordPattern);
    if (word !== undefined)
      yield { name: reserved.test(word) ? word : `ID:${word}`, kind: "word", value: word };
    else {
      const sign = eat(signPattern) ?? "";
      const known = sign.length > 1 ? sign : /[!-~]/.test(sign) ? `'${sign}'` : `?[${sign.charCodeAt(0)}]`;
      yield { name: known, kind: "sign" };
    }
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== text[start]) at += text[at] === "\\" ? 2 : 1;
  return at;
}

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{1,3})|([\s\S]))/g,
    (_all, byte?: string, unit?: string, octal?: string, char?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const digits = byte ?? unit;
      if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16));
      return escapes[char ?? ""] ?? char ?? "";
    },
  );
}
