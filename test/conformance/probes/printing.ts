import type { Area } from "../probe.js";

/** What the console shows of values. */
export const printing: Area = {
  probes: {
    "simple values": `print(1, "a", true, null, undefined, NaN); print(); print(""); console.log("log", 5); console.warn("w"); console.error("e"); console.info("i"); console.debug("d");`,
    objects: `print({}); print({ a: 1 }); print({ a: 1, b: "x" }); print({ "a b": 1, if: 3 }); print({ a: { b: { c: 1 } } });`,
    "objects with many members": `print({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 });`,
    arrays: `print([]); print([1, 2, 3]); print(["a", "b"]); print([[1], [2]]); print([{ a: 1 }, { b: 2 }]); print([1, undefined, null]);`,
    "long arrays": `var a = []; for (var i = 0; i < 20; i++) a.push(i); print(a);`,
    "long strings in objects": `print({ s: "0123456789012345678901234567890123456789012345678901234567890123456789" });`,
    "typed arrays": `print(new Uint8Array([1, 2])); print(new Uint8Array(3)); print(new Float32Array([0.5])); print(new Uint8Array([1]).buffer); print({ b: new Uint8Array([7]) });`,
    functions: `print({ f: print }); print(print);`,
    "instances of classes": `var Car = class Car { constructor() { this.wheels = 4; } }; print(new Car()); function Old() { this.x = 1; } print(new Old()); (function() { function Inner() { this.y = 2; } print(new Inner()); })();`,
    "instances with toString": `var T = class T { toString() { return "I am T"; } }; print(new T()); print([new T()]);`,
    "dates, pins and devices": `print(new Date(0)); print(D5); print([D5, D6]); print({ p: D7 });`,
    errors: `print(new Error("no").toString()); print("" + new Error("no")); print(new TypeError("t").toString());`,
    "text with control characters": `print("a\\tb"); print(["a\\tb\\n\\x01\\"'"]);`,
    "console.log of several": `console.log("a", { b: 1 }, [2]);`,
    "quotes in objects": `print({ a: "it's", b: 'say "x"' });`,
    "nested arrays in objects": `print({ list: [1, 2, [3, 4]], o: { x: [] } });`,
    "an array with members": `var a = [1, 2]; a.name = "n"; print(a);`,
    "sparse arrays": `var a = []; a[3] = 1; print(a); print(a.length);`,
    "boolean and number objects in arrays": `print([true, false, 1.5, -1, "s", null, undefined]);`,
    "console.time and others": `print(typeof console.time, typeof console.table, typeof console.trace, typeof console.assert, typeof console.dir);`,
  },
};
