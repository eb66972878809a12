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

/**
 * Where Espruino's JavaScript answers otherwise than Node's, as far as calls go: operators and literals cannot be
 * changed from outside (docs/virtual-board.md names what stays different). A function expression that takes the
 * board's `numberText(number, radix, digits)`.
 */
export const languageScript = `(function(numberText) {
  "use strict";
  var global = globalThis;
  function hide(holder, members) {
    Object.keys(members).forEach(function(name) {
      Object.defineProperty(holder, name, { value: members[name], writable: true, configurable: true, enumerable: false });
    });
  }
  function replace(name, make, prototype, statics) {
    make.prototype = prototype;
    hide(prototype, { constructor: make });
    hide(make, statics || {});
    var one = {};
    one[name] = make;
    hide(global, one);
  }

  // Errors: what the engine itself throws is an Error, but for unknown names and bad syntax; the other kinds do not
  // inherit from Error. An error has no name but a type.
  var Native = Error;
  function text() {
    return (this.type || "Error") + (this.message === undefined ? "" : ": " + this.message);
  }
  [Native, ReferenceError, SyntaxError, TypeError, RangeError].forEach(function(kind) {
    delete kind.prototype.name;
    delete kind.prototype.message;
  });
  function error(type, prototype) {
    if (type !== "Error") Object.setPrototypeOf(prototype, Object.prototype);
    hide(prototype, { toString: text, type: type });
    replace(type, function make(message) {
      if (new.target && new.target !== make) throw new SyntaxError("Calling 'super' outside of class");
      var made = Object.create(prototype);
      if (message !== undefined) made.message = String(message);
      made.type = type;
      made.stack = String(new Native().stack).split("\\n").slice(2).join("\\n");
      return made;
    }, prototype);
  }
  error("Error", Native.prototype);
  error("SyntaxError", SyntaxError.prototype);
  error("ReferenceError", ReferenceError.prototype);
  error("TypeError", {});
  error("InternalError", {});

  // Numbers: cut after eleven digits, rounded away from zero, and no blank behind them in text.
  var Num = Number;
  function toNumber(value) {
    if (typeof value === "string" && value !== "" && !/\\S$/.test(value)) return NaN;
    if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Pin)) return NaN;
    return Num(value);
  }
  function make(value) {
    return arguments.length === 0 ? 0 : toNumber(value);
  }
  replace("Number", make, Num.prototype, {
    NaN: NaN, MAX_VALUE: Num.MAX_VALUE, MIN_VALUE: 2.2250738585072014e-308,
    NEGATIVE_INFINITY: -Infinity, POSITIVE_INFINITY: Infinity
  });
  hide(Num.prototype, {
    toString: function(radix) { return numberText(Num(this), radix || 10, -1); },
    toFixed: function(digits) { return numberText(Num(this), 10, Math.min(Math.max(digits | 0, 0), 20)); }
  });
  hide(Math, {
    round: function(value) { return value < 0 ? Math.ceil(value - 0.5) : Math.floor(+value + 0.5); },
    clip: function(value, low, high) { return value < low ? low : value > high ? high : value; },
    wrap: function(value, size) {
      var turns = value / size;
      return size < 0 ? 0 : (turns - (turns < 0 ? Math.ceil(turns) : Math.floor(turns))) * size;
    },
    randInt: function(range) { return Math.floor(Math.random() * range); }
  });

  // Strings: bytes, a separator without a limit, and no patterns in a replacement for text.
  var Str = String, fromCharCode = Str.fromCharCode, split = Str.prototype.split, swap = Str.prototype.replace;
  replace("String", function String(value) {
    if (arguments.length === 0) return "";
    return typeof value === "number" ? numberText(value, 10, -1) : Str(value);
  }, Str.prototype, {
    fromCharCode: function() {
      return fromCharCode.apply(null, [].map.call(arguments, function(code) { return code & 255; }));
    }
  });
  hide(Str.prototype, {
    split: function(separator) { return split.call(this, separator); },
    replace: function(what, by) {
      return swap.call(this, what, typeof what === "string" && typeof by !== "function" ? function() { return by; } : by);
    }
  });

  // Typed arrays take binary strings and buffers, and what is cut or filtered out of them is an array.
  var bytes = Object.getPrototypeOf(Uint8Array.prototype), set = bytes.set;
  hide(bytes, {
    filter: function(test, self) { return [].filter.call(this, test, self); },
    slice: function(start, end) { return [].slice.call(this, start, end); }
  });
  bytes.set = function(from, offset) {
    if (typeof from !== "string")
      return set.call(this, from instanceof ArrayBuffer ? new Uint8Array(from) : from, offset || 0);
    for (var i = 0; i < from.length; i++) this[i + (offset || 0)] = from.charCodeAt(i);
  };
  hide(global, { global: global });
})`;
