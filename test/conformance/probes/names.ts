import type { Area } from "../probe.js";

const ask = (expression: string, names: string): string =>
  `var o = ${expression}; print("${names}".split(" ").filter(function(n) { try { return typeof o[n] !== "undefined"; } catch (e) { return false; } }).join(" "));`;

/** The engine's own objects can be listed. */
const list = (expression: string): string =>
  `print(Object.getOwnPropertyNames(${expression}).filter(function(n) { return ["length", "name", "prototype", "arguments", "caller"].indexOf(n) < 0; }).sort().join(" "));`;

const listed =
  "E process console Math JSON Modules Object Array String Number Boolean Date Promise Function Error Pin " +
  'require("Storage") require("Flash") require("crypto")';

/** Every name of JavaScript's and of Espruino's own, by an instance of what has it or does not. */
const members: Readonly<Record<string, string>> = {
  "[1]":
    "at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach " +
    "includes indexOf join keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice " +
    "toLocaleString toReversed toSorted toSpliced toString unshift values with",
  '"a"':
    "anchor at big blink bold charAt charCodeAt codePointAt concat endsWith fixed fontcolor fontsize includes " +
    "indexOf isWellFormed italics lastIndexOf link localeCompare match matchAll normalize padEnd padStart " +
    "removeAccents repeat replace replaceAll search slice small split startsWith strike sub substr substring sup " +
    "toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase toWellFormed trim trimEnd trimLeft " +
    "trimRight trimStart valueOf",
  "(1)": "toExponential toFixed toLocaleString toPrecision toString valueOf",
  "({})":
    "addListener clone emit hasOwnProperty isPrototypeOf on prependListener propertyIsEnumerable " +
    "removeAllListeners removeListener toLocaleString toString valueOf",
  "new Date(0)":
    "getDate getDay getFullYear getHours getIsDST getMilliseconds getMinutes getMonth getSeconds getTime " +
    "getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes " +
    "getUTCMonth getUTCSeconds getYear setDate setFullYear setHours setMilliseconds setMinutes setMonth " +
    "setSeconds setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth " +
    "setUTCSeconds setYear toDateString toGMTString toISOString toJSON toLocalISOString toLocaleDateString " +
    "toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf",
  "Promise.resolve()": "catch finally then",
  print: "apply bind call replaceWith toString",
  "/a/": "compile exec test toString",
  "new ArrayBuffer(1)": "byteLength maxByteLength resizable resize slice",
  "new DataView(new ArrayBuffer(1))":
    "buffer byteLength byteOffset getBigInt64 getBigUint64 getFloat32 getFloat64 getInt16 getInt32 getInt8 " +
    "getUint16 getUint32 getUint8 setBigInt64 setBigUint64 setFloat32 setFloat64 setInt16 setInt32 setInt8 " +
    "setUint16 setUint32 setUint8",
  "new Uint8Array(1)":
    "at buffer byteLength byteOffset copyWithin entries every fill filter find findIndex findLast findLastIndex " +
    "forEach includes indexOf join keys lastIndexOf map reduce reduceRight reverse set slice some sort subarray " +
    "toLocaleString toReversed toSorted toString values with",
  'new Error("x")': "message toString",
  true: "toString valueOf",
  D1: "analog getInfo getMode mode pulse pwm read reset set toggle write",
  'require("Storage").open("x", "w")': "erase getLength pipe read readLine write",
};

const globals =
  "AES AbortController AbortSignal AggregateError Array ArrayBuffer ArrayBufferView Atomics BigInt " +
  "BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer ByteLengthQueuingStrategy " +
  "CompressionStream CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DataView Date " +
  "DecompressionStream E Error EvalError Event EventTarget File FinalizationRegistry Float32Array Float64Array " +
  "FormData Function Graphics HIGH Headers I2C I2C1 I2C2 I2C3 Infinity Int16Array Int32Array Int8Array " +
  "InternalError Intl JSON LOW LoopbackA LoopbackB Map Math MessageChannel MessageEvent MessagePort Modules " +
  "Number Object OneWire Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver " +
  "PerformanceObserverEntryList PerformanceResourceTiming Pin Promise Proxy RangeError " +
  "ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest " +
  "ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp Request Response " +
  "SPI SPI1 SPI2 SPI3 Serial Serial1 Serial2 Serial3 Serial4 Serial5 Serial6 Server Set SharedArrayBuffer " +
  "Socket StorageFile String SubtleCrypto Symbol SyntaxError Telnet TextDecoder TextDecoderStream TextEncoder " +
  "TextEncoderStream TransformStream TransformStreamDefaultController TypeError URIError URL URLSearchParams " +
  "USB Uint16Array Uint24Array Uint32Array Uint8Array Uint8ClampedArray Waveform WeakMap WeakRef WeakSet " +
  "WebAssembly WritableStream WritableStreamDefaultController WritableStreamDefaultWriter analogRead " +
  "analogWrite assert async_hooks atob btoa buffer changeInterval child_process clearImmediate clearInterval " +
  "clearTimeout clearWatch cluster console constants crypto decodeURI decodeURIComponent dgram dgramSocket " +
  "diagnostics_channel digitalPulse digitalRead digitalWrite dns domain dump echo edit encodeURI " +
  "encodeURIComponent escape eval events exports fetch fs getPinMode getSerial getTime global globalThis http " +
  "http2 httpCRq httpCRs httpSRq httpSRs httpSrv https inspector isFinite isNaN load module net os parseFloat " +
  "parseInt path peek16 peek32 peek8 perf_hooks performance pinMode poke16 poke32 poke8 print process punycode " +
  "querystring queueMicrotask readline repl require reset save setBusyIndicator setImmediate setInterval " +
  "setSleepIndicator setTime setTimeout setWatch shiftOut stream string_decoder structuredClone sys timers tls " +
  "trace trace_events tty unescape url util v8 vm wasi worker_threads zlib";

/** What there is: every name that the engine has, and none of JavaScript's that it lacks. */
export const names: Area = {
  probes: {
    ...Object.fromEntries(listed.split(" ").map((object) => [object, list(object)])),
    ...Object.fromEntries(
      Object.entries(members).map(([object, text]) => [`of ${object}`, ask(object, text)]),
    ),
    globals: ask("global", globals),
  },
};
