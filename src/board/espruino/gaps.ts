/**
 * What Espruino has of JavaScript: its own tables of names (2v29, src/jswrap_*.c). Everything else that Node's engine
 * brings is deleted from the sandbox, so that firmware which needs it fails here as it would on the board.
 */
const globals =
  "Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Function Infinity Int16Array Int32Array " +
  "Int8Array InternalError JSON Math NaN Number Object Promise ReferenceError RegExp String SyntaxError TypeError " +
  "Uint16Array Uint32Array Uint8Array Uint8ClampedArray decodeURIComponent encodeURIComponent eval global " +
  "globalThis isFinite isNaN parseFloat parseInt undefined";

/** Of functions and prototypes; the language itself needs these. */
const always = "constructor length name prototype toString valueOf arguments caller __proto__";

const members: Readonly<Record<string, string>> = {
  Array: "isArray",
  "Array.prototype":
    "concat every fill filter find findIndex forEach includes indexOf join map pop push reduce reverse shift slice " +
    "some sort splice unshift",
  String: "fromCharCode",
  "String.prototype":
    "charAt charCodeAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace replaceAll " +
    "slice split startsWith substr substring toLowerCase toUpperCase trim",
  Object:
    "assign create defineProperties defineProperty entries fromEntries getOwnPropertyDescriptor " +
    "getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys setPrototypeOf values",
  "Object.prototype": "hasOwnProperty",
  Number: "MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY",
  "Number.prototype": "toFixed",
  "Boolean.prototype": "",
  Math:
    "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil clip cos exp floor log max min pow " +
    "randInt random round sign sin sqrt tan wrap",
  "Function.prototype": "apply bind call",
  RegExp: "",
  // the language reads the flags of an expression from its prototype
  "RegExp.prototype":
    "dotAll exec flags global hasIndices ignoreCase multiline source sticky test unicode unicodeSets",
  "Uint8Array.prototype.__proto__":
    "buffer byteLength byteOffset every fill filter find findIndex forEach includes indexOf join map reduce reverse " +
    "set slice some sort subarray",
  "Uint8Array.__proto__": "",
  ArrayBuffer: "",
  "ArrayBuffer.prototype": "byteLength",
  "DataView.prototype":
    "buffer byteLength byteOffset getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 " +
    "setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8",
};

/** A script that makes a fresh context as poor as Espruino. */
export function gapScript(): string {
  const keep = (holder: string, names: string): string => `keep(${holder}, ${JSON.stringify(names)});`;
  const lines = Object.entries(members).map(([holder, names]) => keep(holder, `${always} ${names}`));
  return `(function() {
    function keep(holder, names) {
      names = names.split(" ");
      Object.getOwnPropertyNames(holder).forEach(function(name) {
        if (names.indexOf(name) < 0) delete holder[name];
      });
    }
    ${lines.join("\n")}
    ${keep("globalThis", globals)}
  })();`;
}
