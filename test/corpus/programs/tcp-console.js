// Servers: commands by TCP, a line each
var net = require("net");
var relays = { pump: false, light: false };
var commands = {
  set: function (name, value) {
    if (!(name in relays)) throw new Error("no " + name);
    relays[name] = value === "on" || value === "1";
    return name + " " + (relays[name] ? "on" : "off");
  },
  list: function () { return Object.keys(relays).map(function (n) { return n + "=" + (+relays[n]); }).join(","); },
  add: function () { return [].slice.call(arguments).reduce(function (sum, n) { return sum + parseFloat(n); }, 0); }
};
function run(line) {
  var words = line.trim().split(" ").filter(function (word) { return word !== ""; });
  var command = commands[(words.shift() || "").toLowerCase()];
  if (!command) return "ERR unknown";
  try { return "OK " + command.apply(null, words); }
  catch (e) { return "ERR " + e.message; }
}
net.createServer(function (client) {
  var buffer = "";
  client.on("data", function (data) {
    buffer += data;
    for (var at; (at = buffer.indexOf("\n")) >= 0; buffer = buffer.slice(at + 1)) client.write(run(buffer.slice(0, at)) + "\r\n");
  });
}).listen(23);
setTimeout(function () {
  net.connect({ host: "127.0.0.1", port: 23 }, function (c) {
    var answers = "";
    c.on("data", function (d) {
      answers += d;
      if (answers.split("\r\n").length === 6) c.end();
    });
    c.on("close", function () { answers.split("\r\n").forEach(function (line, i) { if (line) print(i + ": " + line); }); });
    c.write("set pump on\r\nLIST\r\nse");
    c.write("t heater on\n  add 1 2.5   -4\nquit\n");
  });
}, 20);
