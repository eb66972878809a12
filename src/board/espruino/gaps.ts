/**
 * What Espruino lacks and Node has, found by asking the real engine (2v29, Linux build) for each name. It is deleted
 * from the sandbox, so that firmware which needs it fails here as it would on the board.
 */
const globals =
  "Map Set WeakMap WeakSet WeakRef Symbol Proxy Reflect BigInt Atomics SharedArrayBuffer Intl FinalizationRegistry " +
  "BigInt64Array BigUint64Array TextEncoder TextDecoder queueMicrotask structuredClone RangeError EvalError URIError " +
  "AggregateError WebAssembly Iterator encodeURI decodeURI escape unescape";

const members: Readonly<Record<string, string>> = {
  Array: "from of fromAsync",
  "Array.prototype":
    "at copyWithin entries findLast findLastIndex flat flatMap keys lastIndexOf reduceRight toLocaleString " +
    "toReversed toSorted toSpliced values with",
  String: "fromCodePoint raw",
  "String.prototype":
    "at anchor big blink bold codePointAt isWellFormed localeCompare matchAll normalize search toLocaleLowerCase " +
    "toLocaleUpperCase toWellFormed trimEnd trimLeft trimRight trimStart",
  Object:
    "freeze getOwnPropertySymbols groupBy hasOwn is isExtensible isFrozen isSealed preventExtensions seal",
  "Object.prototype": "isPrototypeOf propertyIsEnumerable toLocaleString",
  Number:
    "EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER isFinite isInteger isNaN isSafeInteger parseFloat parseInt",
  "Number.prototype": "toExponential toLocaleString toPrecision",
  Math: "acosh asinh atanh cbrt clz32 cosh expm1 fround hypot imul log10 log1p log2 sinh tanh trunc",
  Promise: "allSettled any race withResolvers",
  "Promise.prototype": "finally",
  Date: "UTC",
  "Date.prototype":
    "getYear setUTCDate toDateString toLocaleDateString toLocaleString toLocaleTimeString toTimeString",
  "Uint8Array.prototype.__proto__":
    "at copyWithin entries findLast findLastIndex keys lastIndexOf reduceRight toLocaleString toReversed toSorted " +
    "values with",
  "Uint8Array.__proto__": "from of",
  "ArrayBuffer.prototype": "slice resize transfer",
  "DataView.prototype": "getBigInt64 getBigUint64 setBigInt64 setBigUint64",
};

/** What Espruino has beyond JavaScript: typed arrays take binary strings. */
const additions = `(function () {
  var prototype = Object.getPrototypeOf(Uint8Array.prototype);
  var set = prototype.set;
  prototype.set = function (from, offset) {
    if (typeof from !== "string") return set.call(this, from, offset || 0);
    for (var i = 0; i < from.length; i++) this[i + (offset || 0)] = from.charCodeAt(i);
  };
})();`;

/** A script that makes a fresh context as poor as Espruino. */
export function gapScript(): string {
  const drop = (holder: string, names: string): string =>
    names
      .split(" ")
      .map((name) => `delete ${holder}.${name};`)
      .join("");
  const lines = Object.entries(members).map(([holder, names]) => drop(holder, names));
  return `${lines.join("\n")}\n${drop("globalThis", globals)}\n${additions}`;
}
