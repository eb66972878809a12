// MQTT: a client over net, and a broker to talk to
var net = require("net");
function str(s) { return String.fromCharCode(s.length >> 8, s.length & 255) + s; }
function packet(type, body) { return String.fromCharCode(type, body.length) + body; }
function packets(handler) {
  var buffer = "";
  return function (data) {
    buffer += data;
    while (buffer.length > 1 && buffer.length >= 2 + buffer.charCodeAt(1)) {
      var end = 2 + buffer.charCodeAt(1);
      handler(buffer.charCodeAt(0), buffer.substr(2, end - 2));
      buffer = buffer.substr(end);
    }
  };
}
function topicOf(body) { return body.substr(2, body.charCodeAt(1)); }

// The broker: sends what is published to who subscribed
var subscribers = {};
net.createServer(function (socket) {
  socket.on("data", packets(function (type, body) {
    switch (type >> 4) {
      case 1: socket.write(packet(0x20, "\0\0")); break;
      case 8: {
        let topic = topicOf(body.substr(2));
        (subscribers[topic] = subscribers[topic] || []).push(socket);
        socket.write(packet(0x90, body.substr(0, 2) + "\0"));
        break;
      }
      case 3: (subscribers[topicOf(body)] || []).forEach(function (s) { s.write(packet(type, body)); }); break;
    }
  }));
}).listen(1883);

function MQTT(server, options) { this.server = server; this.id = (options || {}).client_id || "espruino"; this.handlers = {}; }
MQTT.prototype.connect = function () {
  var mqtt = this;
  this.client = net.connect({ host: this.server, port: 1883 }, function (client) {
    client.on("data", packets(function (type, body) { mqtt.received(type, body); }));
    client.on("close", function () { print("closed"); });
    client.write(packet(0x10, str("MQTT") + "\x04\x02\0\x3c" + str(mqtt.id)));
  });
};
MQTT.prototype.received = function (type, body) {
  var topic = topicOf(body);
  if (type >> 4 === 2) this.on.connected.call(this);
  else if (type >> 4 === 9) this.on.subscribed.call(this);
  else if (type >> 4 === 3) this.on.publish.call(this, topic, body.substr(2 + topic.length));
};
MQTT.prototype.on = {};
MQTT.prototype.subscribe = function (topic) { this.client.write(packet(0x82, "\0\x01" + str(topic) + "\0")); };
MQTT.prototype.publish = function (topic, text) { this.client.write(packet(0x30, str(topic) + text)); };
MQTT.prototype.disconnect = function () { this.client.write(packet(0xe0, "")); this.client.end(); };

var mqtt = new MQTT("127.0.0.1", { client_id: "valve" }), left = 2;
mqtt.on.connected = function () { print("connected"); this.subscribe("garden/valve"); };
mqtt.on.subscribed = function () { print("subscribed"); this.publish("garden/valve", "open"); this.publish("garden/valve", "shut"); };
mqtt.on.publish = function (topic, message) { print(topic + " = " + message); if (--left === 0) this.disconnect(); };
setTimeout(function () { mqtt.connect(); }, 20);
