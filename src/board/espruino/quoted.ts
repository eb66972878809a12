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
export function quoted(text: string, json: boolean): string {
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
