// Storage: a log in files that take turns
var s = require("Storage"), names = ["log.a", "log.b"], now = 0, MAX = 40;
function Log() { this.open(); }
Log.prototype.open = function () { this.file = s.open(names[now], "a"); };
Log.prototype.write = function (level, ...words) {
  if (this.file.getLength() > MAX) {
    now = 1 - now;
    s.open(names[now], "w").erase();
    this.open();
  }
  this.file.write(`${level},${words.join(" ")}\n`);
};
Log.prototype.lines = function (filter) {
  var lines = [];
  [1 - now, now].forEach(function (i) {
    var f = s.open(names[i], "r"), line;
    while ((line = f.readLine()) !== undefined) {
      line = line.slice(0, -1);
      if (!filter || filter.test(line)) lines.push(line);
    }
  });
  return lines;
};
var log = new Log();
for (let i = 1; i <= 9; i++) log.write(i % 3 ? "info" : "warn", "reading", i, (i * 1.5).toFixed(1));
print(log.lines().join("|"));
print(log.lines(/^warn/).length + " warnings, in " + names[now]);
var part = s.open(names[now], "r");
print(part.read(4), part.read(1), JSON.stringify(part.readLine()));
