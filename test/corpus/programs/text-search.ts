// Servers: texts within texts, also where one only begins at the end of the other
const tests: [string, string][] = [["abc", "cd"], ["abc\r", "\r\n"], ["abcabc", "bc"], ["", "ab"], ["ab", "ab"]];
for (const [text, part] of tests) print(text.indexOf(part), text.includes(part), text.indexOf(part, 2));
print("GET / HTTP/1.1\r".indexOf("\r\n"), ["cd", "c"].indexOf("c"), [1, 2].includes(2));
