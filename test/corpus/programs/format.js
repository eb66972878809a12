// Displays: numbers, times and sizes as text
const pad = (v, n = 2, c = "0") => String(v).padStart(n, c);
const Format = {
  time: s => [s / 3600, s / 60 % 60, s % 60].map(v => pad(Math.floor(v))).join(":"),
  hex: (v, digits) => "0x" + pad((v >>> 0).toString(16).toUpperCase(), digits || 4),
  bytes(n) { let unit = 0; while (n >= 1024 && unit < 3) { n /= 1024; unit++; } return `${unit ? n.toFixed(1) : n} ${["B", "KB", "MB", "GB"][unit]}`; },
  bar: (v, width = 10) => "[" + "#".repeat(Math.round(v * width)).padEnd(width, ".") + "]",
  title: text => text.split(" ").map(w => w.charAt(0).toUpperCase() + w.slice(1).toLowerCase()).join(" "),
  fill: (template, values) => template.replace(/\{[a-z]+\}/g, key => values[key.slice(1, -1)] ?? key),
  dewPoint: (t, h) => { const g = Math.log(h / 100) + 17.62 * t / (243.12 + t); return +(243.12 * g / (17.62 - g)).toFixed(1); }
};
print(Format.time(3661), Format.time(86399.9));
print(Format.hex(255), Format.hex(-1, 8), Format.hex(48879));
print([0, 1023, 1536, 5 * 1024 * 1024].map(Format.bytes).join(", "));
print(Format.bar(0.34), Format.bar(1, 4), Format.bar(0, 3));
print(Format.title("soil MOISTURE of bed two"));
print(Format.fill("{name}: {value} {unit}", { name: "T", value: 0 }));
print(Format.dewPoint(20, 50), (1234.5678).toFixed(1), parseInt("12px", 10), parseFloat("3.5V"), (255).toString(2));
print("a-b-c".split("-").reverse().join("+"), " x ".trim() + "|", "abc".indexOf("z"), "%", "tab\tq\"".length);
