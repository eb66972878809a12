import { JsonError, type JsonMaker, parseJson } from "./json-parse.js";
import type { Machine } from "./machine.js";
import { jsonStyle, type TextStyle, valueText } from "./value-text.js";

/** Puts Espruino's JSON in the place of the language's. */
export function installJson(machine: Machine): void {
  const { realm } = machine;
  const json = realm.object({
    stringify: machine.api((value: unknown, _replacer: unknown, space: unknown) =>
      valueText(value, spaced(space)),
    ),
    parse: machine.api((text: unknown) => readJson(machine, String(text))),
  });
  for (const name of ["stringify", "parse"]) Object.defineProperty(json, name, { enumerable: false });
  realm.define("JSON", json);
}

/** @throws SyntaxError of the sandbox */
export function readJson(machine: Machine, text: string, bareKeys = false): unknown {
  const { realm } = machine;
  const make: JsonMaker = { array: () => realm.array([]), object: () => realm.object({}) };
  try {
    return parseJson(text, make, bareKeys);
  } catch (error) {
    throw error instanceof JsonError ? realm.error("SyntaxError", error.message) : error;
  }
}

function spaced(space: unknown): TextStyle {
  if (space === undefined || space === null) return jsonStyle;
  const text =
    typeof space === "number" ? " ".repeat(Math.min(Math.max(space, 0), 10)) : String(space).slice(0, 9);
  return text === "" ? jsonStyle : { ...jsonStyle, space: text };
}
