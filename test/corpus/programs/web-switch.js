// Servers: a page that switches outputs, and who asks for it
var http = require("http");
var outputs = [{ name: "Pump", pin: D12 }, { name: "Light", pin: D13 }];
function page() {
  return "<ul>" + outputs.map(function (o, i) {
    var on = digitalRead(o.pin);
    return "<li><a href='/?" + i + "=" + (1 - on) + "'>" + o.name + (on ? " on" : " off") + "</a>";
  }).join("") + "</ul>";
}
function onPageRequest(req, res) {
  var path = req.url.split("?");
  if (path[0] !== "/") {
    res.writeHead(404, { "Content-Type": "text/plain" });
    res.end("nothing at " + path[0]);
    return;
  }
  (path[1] || "").split("&").forEach(function (pair) {
    var parts = pair.split("="), output = outputs[parts[0]];
    if (output && parts.length > 1) digitalWrite(output.pin, parts[1] == "1");
  });
  res.writeHead(200, { "Content-Type": "text/html" });
  res.write(page());
  res.end();
}
http.createServer(onPageRequest).listen(8080);
function get(urls) {
  if (!urls.length) return;
  http.get("http://127.0.0.1:8080" + urls[0], function (res) {
    var text = "";
    res.on("data", function (d) { text += d; });
    res.on("close", function () { print(res.statusCode + " " + text); get(urls.slice(1)); });
  });
}
setTimeout(get, 20, ["/", "/?1=1", "/?0=1&1=0", "/favicon.ico", "/?7=1"]);
