/**
 * Signatures that say more than the engine's description of a parameter ("JsVar") does, after Espruino's reference
 * (espruino.com/Reference). The key is "Owner.name", or the name of a global; a list is overloads.
 */
export const refined: Readonly<Record<string, string | readonly string[]>> = {
  setTimeout: "<A extends any[]>(callback: ((...args: A) => void) | string, ms: number, ...args: A): number",
  setInterval: "<A extends any[]>(callback: ((...args: A) => void) | string, ms: number, ...args: A): number",
  clearTimeout: "(...ids: number[]): void",
  clearInterval: "(...ids: number[]): void",
  changeInterval: "(id: number, ms: number): void",
  setWatch:
    '(listener: ((event: { state: boolean; time: number; lastTime: number; pin: Pin; data?: any }) => void) | string, pin: PinLike, options?: { repeat?: boolean; edge?: "rising" | "falling" | "both"; debounce?: number; irq?: boolean; data?: PinLike; hispeed?: boolean } | boolean): number',
  clearWatch: "(...ids: number[]): void",
  pinMode: "(pin: PinLike, mode?: PinMode, automatic?: boolean): void",
  getPinMode: "(pin: PinLike): PinMode",
  digitalRead: "(pin: PinLike | PinLike[]): number",
  digitalWrite: "(pin: PinLike | PinLike[] | { write(value: number): void }, value: Bool | number): void",
  digitalPulse: "(pin: PinLike, value: Bool, time: number | number[]): void",
  analogWrite:
    "(pin: PinLike, value: number, options?: { freq?: number; soft?: boolean; forceSoft?: boolean }): void",
  shiftOut:
    "(pins: PinLike | PinLike[], options: { clk?: PinLike; clkPol?: number; repeat?: number }, data: any): void",
  peek8: ["(address: number): number", "(address: number, count: number): Uint8Array"],
  peek16: ["(address: number): number", "(address: number, count: number): Uint16Array"],
  peek32: ["(address: number): number", "(address: number, count: number): Uint32Array"],
  poke8: "(address: number, value: number | number[]): void",
  poke16: "(address: number, value: number | number[]): void",
  poke32: "(address: number, value: number | number[]): void",
  reset: "(clearFlash?: boolean): void",
  getSerial: "(): string",
  btoa: "(data: string | ArrayBuffer): string",
  atob: "(base64: string): string",
  "Date.toLocalISOString": "(): string",
  "String.removeAccents": "(): string",
  "Pin.constructor": "(value: PinLike): Pin",
  "Pin.write": "(value: Bool | number): void",
  "Pin.mode": "(mode: PinMode): void",
  "Pin.getMode": "(): PinMode",
  "Pin.pulse": "(value: Bool, time: number | number[]): void",
  "Pin.pwm": "(value: number, options?: { freq?: number; soft?: boolean; forceSoft?: boolean }): void",
  "E.getTemperature": "(internal?: boolean): number",
  "E.sum": "(data: ArrayLike<number> | string): number",
  "E.variance": "(data: ArrayLike<number> | string, mean: number): number",
  "E.enableWatchdog": "(seconds: number, automatic?: boolean): void",
  "E.CRC32": "(data: any): number",
  "E.getAddressOf": "(value: any, flat?: boolean): number",
  "E.getSizeOf": "(value: any, depth?: number): any",
  "E.toArrayBuffer": "(text: string): ArrayBuffer",
  "E.toString": "(...data: any[]): string",
  "E.toUint8Array": "(...data: any[]): Uint8Array",
  "E.getErrorFlags": "(): string[]",
  "E.getFlags": "(): Record<string, number>",
  "E.setFlags": "(flags: Record<string, number>): void",
  "E.setBootCode": "(code: string | undefined, always?: boolean): void",
  "E.HSBtoRGB": "(hue: number, saturation: number, brightness: number, format?: number | boolean): any",
  "E.mapInPlace":
    "(from: ArrayBuffer | ArrayBufferView, to: ArrayBuffer | ArrayBufferView, map?: any, bits?: number): void",
  "E.lookupNoCase": "(haystack: any, needle: string, returnKey?: boolean): any",
  "E.FFT": "(real: any, imaginary?: any, inverse?: boolean): void",
  "E.setDST": "(...settings: (number | boolean)[]): void",
  "E.decodeUTF8": "(text: string, lookup: string[], replace: string | ((code: number) => string)): string",
  "E.setPassword": "(password?: string): void",
  "process.memory":
    "(collect?: boolean): { free: number; usage: number; total: number; history: number; gc?: number; gctime?: number; blocksize: number; stackEndAddress: number; flash_start: number; flash_binary_end: number; flash_code_start: number; flash_length: number }",
  "process.env":
    "{ VERSION: string; GIT_COMMIT: string; BOARD: string; FLASH: number; RAM: number; SERIAL: string; CONSOLE: string; MODULES: string; EXPTR: number; [key: string]: any }",
  "process.version": "string",
  "Modules.getCached": "(): string[]",
  "Modules.addCached": "(id: string, code: string | (() => void)): void",
  "OneWire.search": "(command?: number): string[]",
  "OneWire.select": "(rom: string): void",
  "OneWire.read": ["(): number", "(count: number): Uint8Array"],
  "OneWire.write": "(data: number | number[] | string, power?: boolean): void",
  "Serial.setConsole": "(force?: boolean): void",
  "Serial.setup":
    '(baudrate?: number, options?: { rx?: PinLike; tx?: PinLike; ck?: PinLike; cts?: PinLike; bytesize?: 7 | 8; parity?: "none" | "even" | "odd" | "n" | "e" | "o" | null; stopbits?: 1 | 2; flow?: "none" | "xon" | null; path?: string; errors?: boolean; force?: boolean }): void',
  "Serial.read": "(chars?: number): string | undefined",
  "Serial.find": "(pin: PinLike): Serial | undefined",
  "SPI.setup":
    '(options: { sck?: PinLike; mosi?: PinLike; miso?: PinLike; baud?: number; mode?: 0 | 1 | 2 | 3; order?: "msb" | "lsb"; bits?: number }): void',
  "SPI.send": ["(data: number, select?: PinLike): number", "(data: any, select?: PinLike): any"],
  "SPI.find": "(pin: PinLike): SPI | undefined",
  "I2C.setup": "(options?: { scl?: PinLike; sda?: PinLike; bitrate?: number; clkStretch?: boolean }): void",
  "I2C.writeTo": "(address: number | { address: number; stop?: boolean }, ...data: any[]): void",
  "I2C.readFrom": "(address: number | { address: number; stop?: boolean }, quantity: number): Uint8Array",
  "I2C.find": "(pin: PinLike): I2C | undefined",
  "Storage.read": "(name: string, offset?: number, length?: number): string | undefined",
  "Storage.readJSON": "(name: string, noExceptions?: boolean): any",
  "Storage.readArrayBuffer": "(name: string): ArrayBuffer | undefined",
  "Storage.write": "(name: string, data: any, offset?: number, size?: number): boolean",
  "Storage.writeJSON": "(name: string, data: any): boolean",
  "Storage.list": "(filter?: RegExp, options?: { sf?: boolean }): string[]",
  "Storage.getFree": "(checkInternalFlash?: boolean): number",
  "Storage.getStats":
    "(checkInternalFlash?: boolean): { totalBytes: number; freeBytes: number; fileBytes: number; fileCount: number; trashBytes: number; trashCount: number }",
  "Storage.open": '(name: string, mode: "r" | "w" | "a"): StorageFile',
  "StorageFile.read": "(length: number): string | undefined",
  "StorageFile.readLine": "(): string | undefined",
  "StorageFile.write": "(data: any): void",
  "Flash.getPage": "(address: number): { addr: number; length: number } | undefined",
  "Flash.getFree": "(): { addr: number; length: number }[]",
  "Flash.erasePage": "(address: number | { addr: number; length: number }): void",
  "Flash.read": "(length: number, address: number): Uint8Array",
  "E.openFile": "(path: string, mode?: string): File | undefined",
  "fs.readdir": "(path: string): string[]",
  "fs.readdirSync": "(path: string): string[]",
  "fs.readFile": "(path: string): string | undefined",
  "fs.readFileSync": "(path: string): string | undefined",
  "fs.statSync": "(path: string): { size: number; dir: boolean; mtime: Date } | undefined",
  "File.read": "(length?: number): string | undefined",
  "url.parse":
    "(url: string, parseQuery?: boolean): { method: string; host: string; path: string; pathname: string; search: string | null; port: number | null; query: any }",
  "net.createServer": "(connected: (socket: Socket) => void): Server",
  "net.connect":
    "(options: { host: string; port: number } | string, connected?: (socket: Socket) => void): Socket",
  "tls.connect":
    "(options: { host: string; port: number; ca?: string; key?: string; cert?: string } | string, connected?: (socket: Socket) => void): Socket",
  "Socket.end": "(data?: any): void",
  "Socket.read": "(chars?: number): string | undefined",
  "dgram.createSocket":
    '(type: "udp4" | { type: "udp4"; reuseAddr?: boolean; recvBufferSize?: number }, callback?: (message: string, from: UdpSource) => void): dgramSocket',
  "dgramSocket.bind": "(port: number, ready?: (socket: dgramSocket) => void): dgramSocket",
  "dgramSocket.send": [
    "(data: string, port: number, address: string): void",
    "(data: any, offset: number, length: number, port: number, address: string): void",
  ],
  "dgramSocket.addMembership": "(group: string, address?: string): void",
  "dgramSocket.on:message": "(message: string, from: UdpSource) => void",
  "http.createServer": "(handler: (request: httpSRq, response: httpSRs) => void): httpSrv",
  "http.request": "(options: HttpOptions | string, callback?: (response: httpCRs) => void): httpCRq",
  "http.get": "(options: HttpOptions | string, callback?: (response: httpCRs) => void): httpCRq",
  "httpSRq.headers": "Record<string, string>",
  "httpSRq.method": "string",
  "httpSRq.url": "string",
  "httpSRq.read": "(chars?: number): string | undefined",
  "httpSRs.headers": "Record<string, string>",
  "httpSRs.writeHead": "(statusCode: number, headers?: Record<string, string | number>): void",
  "httpSRs.setHeader": "(name: string, value: string | number): void",
  "httpSRs.end": "(data?: any): void",
  "httpCRq.end": "(data?: any): void",
  "httpCRs.headers": "Record<string, string>",
  "httpCRs.statusCode": "string",
  "httpCRs.statusMessage": "string",
  "httpCRs.read": "(chars?: number): string | undefined",
  "Wifi.connect": [
    "(ssid: string, options: WifiConnect, callback?: (error: string | null) => void): void",
    "(ssid: string, callback?: (error: string | null) => void): void",
  ],
  "Wifi.startAP":
    '(ssid: string, options?: { password?: string; authMode?: "open" | "wpa" | "wpa2" | "wpa_wpa2"; channel?: number; hidden?: boolean }, callback?: (error: string | null) => void): void',
  "Wifi.scan":
    "(callback: (networks: { ssid: string; mac: string; rssi: number; channel: number; authMode: string; isHidden: boolean }[]) => void): void",
  "Wifi.getStatus": "(callback?: (status: WifiStatus) => void): WifiStatus",
  "Wifi.getIP": "(callback?: (error: string | null, address: WifiAddress) => void): WifiAddress",
  "Wifi.getAPIP": "(callback?: (error: string | null, address: WifiAddress) => void): WifiAddress",
  "Wifi.getHostByName": "(name: string, callback: (address: string | null) => void): void",
  "Wifi.getHostname": "(callback?: (name: string) => void): string",
  "Wifi.setHostname": "(name: string, callback?: (error: string | null) => void): void",
  "Wifi.setSNTP": "(server: string, zone: number | string): void",
  "Wifi.on:connected": "(details: WifiAddress) => void",
  "Wifi.on:disconnected": "(details: { ssid: string; mac: string; reason: string }) => void",
  "crypto.PBKDF2":
    '(passphrase: any, salt: any, options?: { keySize?: number; iterations?: number; hasher?: "SHA1" | "SHA224" | "SHA256" | "SHA384" | "SHA512" }): ArrayBuffer',
  "crypto.AES": "typeof AES",
  "AES.encrypt":
    '(message: any, key: any, options?: { iv?: ArrayBuffer; mode?: "CBC" | "CFB" | "CTR" | "OFB" | "ECB" }): ArrayBuffer',
  "AES.decrypt":
    '(message: any, key: any, options?: { iv?: ArrayBuffer; mode?: "CBC" | "CFB" | "CTR" | "OFB" | "ECB" }): ArrayBuffer',
  "neopixel.write": "(pin: PinLike, data: any): void",
  "Graphics.getInstance": "(): Graphics | undefined",
  "Graphics.createArrayBuffer":
    "(width: number, height: number, bitsPerPixel: number, options?: { zigzag?: boolean; vertical_byte?: boolean; msb?: boolean; interleavex?: boolean; color_order?: string; buffer?: ArrayBuffer }): Graphics",
  "Graphics.createCallback":
    "(width: number, height: number, bitsPerPixel: number, callback: ((x: number, y: number, color: number) => void) | { setPixel(x: number, y: number, color: number): void; fillRect?(x1: number, y1: number, x2: number, y2: number, color: number): void }): Graphics",
  "Graphics.buffer": "ArrayBuffer",
  "Graphics.getFonts": "(): string[]",
  "Graphics.setFont": "(name: string, size?: number): Graphics",
  "Graphics.setFontAlign": "(x: -1 | 0 | 1, y?: -1 | 0 | 1, rotation?: 0 | 1 | 2 | 3): Graphics",
  "Graphics.setFontCustom":
    "(bitmap: any, firstCharacter: number, width: number | string, height: number): Graphics",
  "Graphics.setColor": [
    "(color: number | string): Graphics",
    "(red: number, green: number, blue: number): Graphics",
  ],
  "Graphics.setBgColor": [
    "(color: number | string): Graphics",
    "(red: number, green: number, blue: number): Graphics",
  ],
  "Graphics.toColor": [
    "(color: number | string): number",
    "(red: number, green: number, blue: number): number",
  ],
  "Graphics.setPixel": "(x: number, y: number, color?: number): Graphics",
  "Graphics.setClipRect": "(x1: number, y1: number, x2: number, y2: number): Graphics",
  "Graphics.setRotation": "(rotation: 0 | 1 | 2 | 3, reflect?: boolean): Graphics",
  "Graphics.drawImage": "(image: any, x: number, y: number, options?: any): Graphics",
  "Graphics.drawPoly": "(points: number[], closed?: boolean): Graphics",
  "Graphics.fillPoly": "(points: number[]): Graphics",
  "Graphics.getModified": "(reset?: boolean): { x1: number; y1: number; x2: number; y2: number } | undefined",
  "Graphics.stringMetrics": "(text: string): { width: number; height: number; [key: string]: any }",
  "Graphics.wrapString": "(text: string, width: number): string[]",
  "Graphics.setFontPBF": "(file: string, scale?: number): Graphics",
  "Graphics.asImage": '(options?: "object" | "string" | { type?: "object" | "string" }): any',
  ...rectangles(["fillRect", "clearRect", "drawRect"]),
  "ESP32.deepSleepExt1": "(pins: PinLike | PinLike[], mode: number): void",
  "ESP32.getState": "(): any",
  "Uint24Array.constructor":
    "(source: number | ArrayLike<number> | ArrayBuffer, byteOffset?: number, length?: number): Uint24Array",
  "Waveform.constructor":
    "(samples: number | ArrayBuffer, options?: { doubleBuffer?: boolean; bits?: 8 | 16 }): Waveform",
};

function rectangles(names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    names.map((name) => [
      `Graphics.${name}`,
      [
        "(x1: number, y1: number, x2: number, y2: number): Graphics",
        "(rectangle: { x: number; y: number; x2?: number; y2?: number; w?: number; h?: number; r?: number }): Graphics",
      ],
    ]),
  );
}

/** Types that the signatures share. */
export const shared = `
/** \`Pin\` objects, their numbers, their names. */
type PinLike = Pin | number | string;
type Bool = boolean | 0 | 1;
interface Uint24Array extends Int32Array {}
/** A file of CommonJS. */
declare const module: { exports: any };
declare const exports: any;
type PinMode = "auto" | "analog" | "input" | "input_pullup" | "input_pulldown" | "output" | "opendrain" | "opendrain_pullup" | "af_output" | "af_opendrain";
interface UdpSource { address: string; port: number; size: number }
interface HttpOptions { host: string; port?: number; path?: string; method?: string; protocol?: "http:" | "https:"; headers?: Record<string, string | number>; ca?: string; key?: string; cert?: string }
interface WifiConnect { password?: string; dnsServers?: string[]; channel?: number; bssid?: string; authMode?: string }
interface WifiStatus { station: string; ap: string; mode: string; phy: string; powersave: string; savedMode: string; ssid?: string; [key: string]: any }
interface WifiAddress { ip: string; netmask: string; gw: string; mac: string }
`;
