import type { Area } from "../probe.js";

/** The board with itself over the loopback; each port is used by one probe. */
export const network: Area = {
  sockets: true,
  probes: {
    "net, both ends": `require("net").createServer(function(c) { c.on("data", function(d) { print("server", d); c.write("re:" + d); }); c.on("close", function(e) { print("server close", e); quit(); }); }).listen(5601);
      setTimeout(function() { var k = require("net").connect({ host: "127.0.0.1", port: 5601 }, function(x) { print("connected", x === k); print(k.write("hello")); });
      k.on("data", function(d) { print("client", d); k.end(); }); k.on("end", function() { print("end"); }); k.on("close", function(e) { print("close", e); }); }, 50);`,
    "net, data before a listener": `require("net").createServer(function(c) { c.end("early"); }).listen(5602);
      setTimeout(function() { var k = require("net").connect({ host: "127.0.0.1", port: 5602 }, function() { setTimeout(function() { print(k.available(), k.read(2)); k.on("data", function(d) { print(d); quit(); }); }, 100); }); }, 50);`,
    "net, a closed port": `var k = require("net").connect({ host: "127.0.0.1", port: 5699 }, print); k.on("error", function(e) { print(e.code); }); k.on("close", function(e) { print("close", e); }); setTimeout(function() { print("goes on"); quit(); }, 200);`,
    "http, get": `require("http").createServer(function(q, r) { print(q.method, q.url, q.headers.Host, Object.keys(q.headers)); r.writeHead(200, { "Content-Type": "text/plain", "X-A": "b" }); r.write("part,"); r.end("end"); }).listen(5603);
      setTimeout(function() { require("http").get("http://127.0.0.1:5603/a?b=1", function(r) { print(r.statusCode, typeof r.statusCode, r.statusMessage, r.httpVersion, r.headers["Content-Type"], r.headers["X-A"]); var t = ""; r.on("data", function(d) { t += d; }); r.on("close", function() { print(t); quit(); }); }); }, 50);`,
    "http, post": `require("http").createServer(function(q, r) { var b = ""; q.on("data", function(d) { b += d; }); q.on("end", function() { print(b, q.headers["Content-Length"]); r.writeHead(404, {}); r.end("no"); }); }).listen(5604);
      setTimeout(function() { var q = require("http").request({ host: "127.0.0.1", port: 5604, path: "/p", method: "POST", headers: { "Content-Length": 5 } }, function(r) { print(r.statusCode); r.on("data", print); r.on("close", function() { print("close"); quit(); }); }); q.write("he"); q.end("llo"); }, 50);`,
    "http, default head": `require("http").createServer(function(q, r) { r.setHeader("X-B", "c"); r.end("x"); }).listen(5605);
      setTimeout(function() { require("net").connect({ host: "127.0.0.1", port: 5605 }, function(k) { var t = ""; k.on("data", function(d) { t += d; }); k.on("close", function() { print(t.split("\\r\\n").map(function(l) { return l.replace(/Espruino .*/, "Espruino"); })); quit(); }); k.write("GET / HTTP/1.1\\r\\n\\r\\n"); }); }, 50);`,
    dgram: `var u = require("dgram").createSocket("udp4"); u.on("message", function(m, r) { print(m, JSON.stringify(r)); setTimeout(quit, 20); }); u.bind(5607, function(b) { print("bound", b === u); u.send("hello", 1, 3, 5607, "127.0.0.1"); });`,
  },
};

/** What can be queried without sending anything. */
export const networkNames: Area = {
  probes: {
    modules: `print(typeof require("net").connect, typeof require("net").createServer, typeof require("http").get, typeof require("http").request, typeof require("http").createServer, typeof require("dgram").createSocket);`,
    "url.parse": `print(JSON.stringify(url.parse("http://a.b:81/c/d?e=f&g=h%20i#j"))); print(JSON.stringify(url.parse("/a?b=c&d=e", true))); print(JSON.stringify(url.parse("https://x.y"))); print(url.parse(5));`,
    "url.parse of queries": `print(JSON.stringify(url.parse("/?a&b=&=c&d=1=2&x=%41", true).query), JSON.stringify(url.parse("/", true).query), JSON.stringify(url.parse("x?y", true)), url.parse("").path);`,
    "net.connect with bad arguments": `print(thrown(function() { require("net").connect(5); }), thrown(function() { require("net").createServer(5); }), thrown(function() { require("http").createServer(5); }));`,
    "http.request with bad arguments": `print(thrown(function() { require("http").request(5); }), thrown(function() { require("http").get(); }));`,
    "Wifi on Linux": `print(thrown(function() { require("Wifi"); }));`,
    NetworkJS: `print(thrown(function() { require("NetworkJS"); }));`,
  },
};
