import type { Area } from "../probe.js";

/** The board with itself over the loopback; each port is used by one probe. */
export const network: Area = {
  sockets: true,
  probes: {},
};

/** What can be asked without sending anything. */
export const networkNames: Area = {
  probes: {
    "modules": `print(Object.keys(require("net")).join(), typeof require("net").connect, typeof require("net").createServer, typeof require("http").get, typeof require("http").request, typeof require("http").createServer, typeof require("dgram").createSocket);`,
    "url.parse": `print(JSON.stringify(url.parse("http://a.b:81/c/d?e=f&g=h%20i#j"))); print(JSON.stringify(url.parse("/a?b=c&d=e", true))); print(JSON.stringify(url.parse("https://x.y"))); print(url.parse(5));`,
    "url.parse of queries": `print(JSON.stringify(url.parse("/?a&b=&=c&d=1=2&1=x", true).query), JSON.stringify(url.parse("/", true).query), JSON.stringify(url.parse("x?y", true)), url.parse("").path);`,
    "net.connect with bad arguments": `print(thrown(function() { require("net").connect(5); }), thrown(function() { require("net").createServer(5); }), thrown(function() { require("http").createServer(5); }));`,
    "http.request with bad arguments": `print(thrown(function() { require("http").request(5); }), thrown(function() { require("http").get(); }));`,
    "Wifi on Linux": `print(thrown(function() { require("Wifi"); }));`,
    "NetworkJS": `print(thrown(function() { require("NetworkJS"); }));`,
  },
};
