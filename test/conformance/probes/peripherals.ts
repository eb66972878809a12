import type { Area } from "../probe.js";

/** Buses, consoles and the engine's further libraries; much of it the virtual board does not have. */
export const peripherals: Area = {
  probes: {
    "kinds of buses": `print(typeof I2C1, typeof SPI1, typeof Serial1, typeof OneWire, typeof I2C, typeof SPI, typeof Serial);`,
    "absent buses": `print(typeof I2C9, typeof SPI9, typeof Serial9);`,
    "I2C1.setup": `print(I2C1.setup({ scl: D1, sda: D2 }));`,
    "I2C1.writeTo": `I2C1.setup({ scl: D1, sda: D2 }); print(thrown(function() { I2C1.writeTo(0x40, 1); }));`,
    "I2C.find": `print(I2C.find(D1));`,
    "SPI1.setup": `print(SPI1.setup({ sck: D1, mosi: D2 }));`,
    "software SPI": `var s = new SPI(); s.setup({ sck: D1, mosi: D2, miso: D3 }); print(s.send(0x55), s.send([1, 2]));`,
    "software I2C": `var i = new I2C(); i.setup({ scl: D1, sda: D2 }); print(thrown(function() { i.readFrom(0x40, 1); }));`,
    "Serial1.setup": `print(Serial1.setup(9600));`,
    "Serial1.print": `Serial1.setup(9600, { tx: D1, rx: D2 }); print(Serial1.print("x"), Serial1.write("y"), Serial1.available());`,
    OneWire: `print(thrown(function() { new OneWire(D1).search(); }));`,
    "LoopbackA and LoopbackB": `LoopbackB.on("data", function(d) { print("got", d); }); LoopbackA.write("hi"); setTimeout(function() {}, 20);`,
    "USB and Telnet": `print(typeof USB.setConsole, typeof Telnet.setOptions);`,
    Graphics: `var g = Graphics.createArrayBuffer(8, 8, 1); g.fillRect(0, 0, 3, 3); print(g.getWidth(), g.getPixel(1, 1), g.getPixel(5, 5));`,
    "Graphics.createCallback": `var g = Graphics.createCallback(8, 8, 1, { setPixel: function(x, y, c) { print(x, y, c); } }); g.setPixel(1, 2, 1);`,
    Waveform: `print(typeof new Waveform(10).startOutput);`,
    fs: `var fs = require("fs"); print(typeof fs.readFileSync, fs.writeFileSync("a.txt", "abc"), fs.readFileSync("a.txt"), fs.readdirSync("."));`,
    tls: `print(typeof require("tls").connect);`,
    timer: `print(typeof require("timer").list);`,
    heatshrink: `var h = require("heatshrink"); var c = h.compress("aaaaaaaaaabbbbbbbbbb"); print(new Uint8Array(c).join(), E.toString(h.decompress(c)));`,
    tensorflow: `print(typeof require("tensorflow").create);`,
    "crypto, AES_CCM": `print(typeof require("crypto").AES.ccmEncrypt);`,
    "console devices": `print(typeof Serial1.setConsole, E.getConsole());`,
    "Terminal and Bluetooth": `print(typeof Terminal, typeof Bluetooth, typeof NRF);`,
    StorageFile: `print(typeof StorageFile, thrown(function() { new StorageFile(); }));`,
    neopixel: `print(thrown(function() { require("neopixel"); }));`,
    "ESP32 and ESP8266": `print(typeof ESP32, typeof ESP8266);`,
  },
};
