import type { Area } from "../probe.js";

export const strings: Area = {
  probes: {
    parts: `var s = "abcdef"; print(s.substr(1, 3), s.substr(-2), s.substring(4, 1), s.slice(1, -1), s.slice(-3), s[2], s.charAt(9), s.length, s[9]);`,
    "substr and slice at the edges": `var s = "abc"; print([s.substr(5), s.substr(1, 0), s.substr(1, -1), s.slice(2, 1), s.substring(-1, 2), s.substring(1)].join("|"));`,
    searching: `var s = "hello hello"; print(s.indexOf("l"), s.lastIndexOf("l"), s.indexOf("l", 5), s.indexOf("z"), s.includes("lo h"), s.startsWith("he"), s.endsWith("lo"), s.startsWith("l", 2));`,
    "case and padding": `print("aBc".toUpperCase(), "aBc".toLowerCase(), "5".padStart(3, "0"), "5".padEnd(3, "-"), "abc".padStart(2), "x".repeat(3));`,
    split: `print("a,b,c".split(","), "abc".split(""), "abc".split(), "".split(","), "a  b".split(" "), ",a,".split(","));`,
    "split with a limit": `print("a,b,c".split(",", 2));`,
    "replace and replaceAll": `print("aaa".replace("a", "b"), "aaa".replaceAll("a", "b"), "a.b.c".replace(/\\./g, "-"), "ab".replace(/(a)(b)/, "$2$1"), "x".replace("x", "$&$&"));`,
    trim: `print("[" + "  a b \\n".trim() + "]");`,
    concat: `print("a".concat("b", 3, null));`,
    codes: `print("A".charCodeAt(0), "A".charCodeAt(5), "".charCodeAt(0), String.fromCharCode(72, 105), String.fromCharCode(0x141));`,
    "escapes in source": `var s = "a\\tb\\x41\\u0042\\101\\0"; print(s.length, s.charCodeAt(1), s.charCodeAt(3), s.charCodeAt(4), s.charCodeAt(5), s.charCodeAt(6));`,
    "binary text": `var s = "\\x00\\xff\\x80"; print(s.length, s.charCodeAt(1), E.toUint8Array(s).join(), s === "\\x00\\xff\\x80");`,
    "a character above 255 in source": `var s = "\\u20ac"; print(s.length, s.charCodeAt(0));`,
    "an accented character in source": `var s = "é"; print(s.length, s.charCodeAt(0));`,
    "String of values": `print(String(1), String(true), String(null), String(undefined), String([1, [2, 3]]), String({}), String(new Uint8Array([1, 2])), String());`,
    "String of a function": `print(String(function(a) { return a; }));`,
    "text of arrays and objects": `print("" + [1, 2, [3]] + {} + [null, undefined] + [[]]);`,
    comparing: `print("a" === "a", "a" > "B", "abc" == "abc", "" == false, "1" == 1, "b".localeCompare);`,
    "btoa and atob": `print(btoa("hello\\xff"), atob("aGVsbG8="), btoa(new Uint8Array([1, 2, 3])), btoa(""), atob("aGk"));`,
    "indexing past the end in a loop": `var s = "ab", r = ""; for (var i = 0; s[i]; i++) r += s[i] + "."; print(r);`,
    "adding in a loop": `var s = ""; for (var i = 0; i < 2000; i++) s += String.fromCharCode(97 + i % 26); print(s.length, s.substr(1990));`,
    "E.lookupNoCase": `print(E.lookupNoCase({ Abc: 1 }, "aBC"), E.lookupNoCase({ Abc: 1 }, "aBC", true));`,
    removeAccents: `print("abc".removeAccents());`,
  },
};
