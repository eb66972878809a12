// What programs on Espruino write: compiles with `"types": ["sluice/esp32"]` and nothing else.

import Wifi from "Wifi";
import * as http from "http";
import { createServer } from "net";

const storage = require("Storage");
const settings = storage.readJSON("settings.json", true) || { every: 10 };

digitalWrite(2, 1);
digitalWrite([D12, 13], 0b10);
digitalWrite(new Pin("D2"), true);
pinMode(D4, "input_pullup");
setWatch((event) => print(event.state, event.time), BTN1, { repeat: true, edge: "both", debounce: 20 });
const level: number = analogRead(36) * 3.3;
analogWrite(D5, level, { freq: 100 });

const timer = setInterval(() => LED1.toggle(), settings.every);
setTimeout((count: number) => print(count + 1), 500, 1);
changeInterval(timer, 100);
clearInterval();

Wifi.connect("home", { password: "secret" }, (error) => print(error));
Wifi.on("connected", (details) => console.log(details.ip));
http.get("http://localhost/", (response) => response.on("data", (data) => print(data)));
http
  .createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end(request.url);
  })
  .listen(80);
createServer((socket) => socket.on("data", (data) => socket.write(data))).listen(23);
const udp = require("dgram").createSocket("udp4", (message, from) => print(message, from.address));
udp.bind(5000);

I2C1.setup({ scl: 22, sda: 21 });
I2C1.writeTo(0x40, [1, 2]);
const read: Uint8Array = I2C1.readFrom(0x40, 2);
SPI1.setup({ sck: D18, mosi: D23, baud: 8000000 });
SPI1.write(read, D5);
Serial2.setup(9600, { rx: 16, tx: 17 });
Serial2.on("data", (data) => Serial2.println(data));
new OneWire(D4).search().map((device: string) => print(device));

const screen = Graphics.createArrayBuffer(128, 64, 1, { msb: true });
screen.clear().setFontVector(20).setFontAlign(0, 0).drawString("21.5", 64, 32).flip();
Graphics.createCallback(8, 8, 1, (x, y, color) => print(x, y, color));

E.on("init", () => print(E.getTemperature(), process.env.BOARD, process.memory().free));
E.setTimeZone(2);
class Door {
  open() {
    this.emit("opened", Math.clip(1, 0, 2) + Math.randInt(3));
  }
}
const door = new Door();
door.on("opened", print);
print(new Uint24Array(3)[0], getTime(), peek32(0x60000000));
exports.door = door;
ESP32.deepSleep(60e6);
