// MQTT: the bytes of CONNECT and PUBLISH
function utf(s) { return String.fromCharCode(s.length >> 8, s.length & 255) + s; }
function packet(type, body) {
  var length = body.length, head = String.fromCharCode(type);
  do { var digit = length % 128; length = length >> 7; head += String.fromCharCode(length > 0 ? digit | 128 : digit); } while (length > 0);
  return head + body;
}
function hex(s) { return s.split("").map(function (c) { return ("0" + c.charCodeAt(0).toString(16)).substr(-2); }).join(" "); }
print(hex(packet(0x10, utf("MQTT") + "\x04\x02\x00\x3c" + utf("shed"))));
var big = packet(0x30, utf("a/b") + Array(201).join("x"));
print(hex(big.substr(0, 10)) + " " + big.length);
