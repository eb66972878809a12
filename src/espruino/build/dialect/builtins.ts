/** What Espruino's library lacks (2v29, tried on the engine itself), and what to write instead. */

export const missingGlobals = table({
  Symbol: "a string",
  Map: "an object: `map[key]`, `key in map`, `delete map[key]`",
  Set: "an object: `set[key] = true`",
  WeakMap: "a property on the object",
  WeakSet: "a property on the object",
  WeakRef: "a plain reference",
  Proxy: "a class",
  Reflect: "`Object.keys`, `f.apply`",
  BigInt: "a number",
  Intl: "texts of your own",
  Iterator: "an array",
  FinalizationRegistry: "nothing",
  SharedArrayBuffer: "`ArrayBuffer`",
  Atomics: "nothing; there is one thread",
  RangeError: "`Error`",
  EvalError: "`Error`",
  URIError: "`Error`",
  AggregateError: "`Error`",
  encodeURI: "`encodeURIComponent` on the parts",
  decodeURI: "`decodeURIComponent` on the parts",
  escape: "`encodeURIComponent`",
  unescape: "`decodeURIComponent`",
  setImmediate: "`setTimeout(f, 0)`",
  clearImmediate: "`clearTimeout`",
  queueMicrotask: "`setTimeout(f, 0)` or `Promise.resolve().then(f)`",
  structuredClone: "`JSON.parse(JSON.stringify(x))`",
  TextEncoder: "`E.toArrayBuffer(text)`: strings are bytes",
  TextDecoder: "`E.toString(bytes)`",
  URL: '`url.parse` of `require("url")`',
  URLSearchParams: '`url.parse(address, true)` of `require("url")`',
  fetch: '`require("http").get`',
  Buffer: "strings or `Uint8Array`",
  performance: "`getTime()`",
  crypto: '`require("crypto")`',
  AbortController: "a flag",
  window: "`globalThis`",
  self: "`globalThis`",
  requestAnimationFrame: "`setTimeout`",
});

export const missingStatics = table({
  "Object.freeze": "leave it out; `readonly` in TypeScript",
  "Object.isFrozen": "leave it out",
  "Object.seal": "leave it out",
  "Object.preventExtensions": "leave it out",
  "Object.is": "`===`",
  "Object.hasOwn": "`key in object`",
  "Object.getOwnPropertySymbols": "nothing; there are no symbols",
  "Array.from": "`[].slice.call(x)`, or `map`",
  "Array.of": "`[…]`",
  "Number.isFinite": "`isFinite(x)`",
  "Number.isInteger": "`(x | 0) === x`",
  "Number.isSafeInteger": "`(x | 0) === x`",
  "Number.isNaN": "`isNaN(x)`",
  "Number.parseFloat": "`parseFloat(x)`",
  "Number.parseInt": "`parseInt(x, 10)`",
  "Number.MAX_SAFE_INTEGER": "`9007199254740991`",
  "Number.MIN_SAFE_INTEGER": "`-9007199254740991`",
  "Number.EPSILON": "`2.220446049250313e-16`",
  "Math.trunc": "`x | 0` (within 32 bits)",
  "Math.imul": "`(a * b) | 0` when the product stays below 2 ** 53",
  "Math.clz32": "a loop of shifts",
  "Math.fround": "`new Float32Array([x])[0]`",
  "Math.hypot": "`Math.sqrt(a * a + b * b)`",
  "Math.cbrt": "`Math.pow(x, 1 / 3)`",
  "Math.log2": "`Math.log(x) / Math.LN2`",
  "Math.log10": "`Math.log(x) / Math.LN10`",
  "Math.log1p": "`Math.log(1 + x)`",
  "Math.expm1": "`Math.exp(x) - 1`",
  "Math.sinh": "the formula with `Math.exp`",
  "Math.cosh": "the formula with `Math.exp`",
  "Math.tanh": "the formula with `Math.exp`",
  "String.raw": "a string with `\\\\`",
  "String.fromCodePoint": "`String.fromCharCode`",
  "Promise.race": "a flag set by the first `then`",
  "Promise.any": "a flag set by the first `then`",
  "Promise.allSettled": "`Promise.all` with `catch` on each",
  "Date.UTC": "`new Date(text).getTime()`",
  "ArrayBuffer.isView": "`instanceof Uint8Array`",
  "Error.captureStackTrace": "leave it out",
  "console.time": "`getTime()`",
  "console.assert": "`if (!x) throw …`",
  "console.table": "`console.log`",
  "console.dir": "`console.log`",
  "process.nextTick": "`setTimeout(f, 0)`",
  "process.exit": "`E.reboot()`",
  "process.hrtime": "`getTime()`",
  "process.argv": "nothing; a board has no command line",
});

/** Functions whose second argument changes nothing on the engine. */
export const ignoredArguments = table({
  "JSON.parse": "a walk over the value afterwards",
  "JSON.stringify": "an object with the members that you want",
});

/**
 * Methods that no Espruino object has, those with a number only for as many arguments: objects of scripts often have
 * others of that name. Not reported where the script defines a member of that name itself.
 */
export const missingMethods = table({
  "at/1": "`list[i]`, `list[list.length - 1]`",
  flat: "`concat` in a loop",
  flatMap: "`map`, then `concat` in a loop",
  copyWithin: "a loop",
  findLast: "a loop from the end",
  findLastIndex: "a loop from the end",
  reduceRight: "`reverse().reduce(…)`",
  toReversed: "`slice().reverse()`",
  toSorted: "`slice().sort(…)`",
  toSpliced: "`slice()`, then `splice`",
  codePointAt: "`charCodeAt`",
  localeCompare: "`a < b ? -1 : a > b ? 1 : 0`",
  matchAll: "`exec` with the flag `g` in a loop",
  normalize: "leave it out",
  "split/2": "`split(…).slice(0, n)`",
  search: "`indexOf`, or `exec(…).index`",
  trimStart: "`trim`",
  trimEnd: "`trim`",
  toLocaleString: "`toString`",
  toLocaleDateString: "`toISOString().slice(0, 10)`",
  toLocaleTimeString: "`toISOString().slice(11, 19)`",
  toLocaleUpperCase: "`toUpperCase`",
  toLocaleLowerCase: "`toLowerCase`",
  toPrecision: "`toFixed`",
  toExponential: "`toFixed`",
  isPrototypeOf: "`instanceof`",
  propertyIsEnumerable: "`in`",
  "finally/1": "`then(f, f)`",
  "entries/0": "`Object.entries`, or `forEach((value, index) => …)`",
  "values/0": "`Object.values`, or the array itself",
  constructor: "a field that names the kind",
});

/** Classes of the engine that a script cannot extend: `super()` in them throws, and methods get lost. */
export const builtinClasses: ReadonlySet<string> = new Set(
  "Error TypeError SyntaxError ReferenceError Array Object Function Promise String Number Boolean Date RegExp".split(
    " ",
  ),
);

/** Run their callback before they return. */
export const callsAtOnce: ReadonlySet<string> = new Set(
  "forEach map filter find findIndex some every reduce sort replace call apply".split(" "),
);

/** A map, as names from any script are looked up, `constructor` among them. */
function table(entries: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(entries));
}
