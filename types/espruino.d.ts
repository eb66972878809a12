/**
 * Espruino's API on ESP32 boards, for TypeScript: names and types as the engine's own source describes them, made by
 * `npm run types`. What each of them does: espruino.com/Reference. One line in tsconfig.json takes it:
 * `"types": ["sluice/esp32"]`.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: the engine's API is untyped

/** `Pin` objects, their numbers, their names. */
type PinLike = Pin | number | string;
type Bool = boolean | 0 | 1;
interface Uint24Array extends Int32Array {}
/** A file of CommonJS. */
declare const module: { exports: any };
declare const exports: any;
type PinMode =
  | "auto"
  | "analog"
  | "input"
  | "input_pullup"
  | "input_pulldown"
  | "output"
  | "opendrain"
  | "opendrain_pullup"
  | "af_output"
  | "af_opendrain";
interface UdpSource {
  address: string;
  port: number;
  size: number;
}
interface HttpOptions {
  host: string;
  port?: number;
  path?: string;
  method?: string;
  protocol?: "http:" | "https:";
  headers?: Record<string, string | number>;
  ca?: string;
  key?: string;
  cert?: string;
}
interface WifiConnect {
  password?: string;
  dnsServers?: string[];
  channel?: number;
  bssid?: string;
  authMode?: string;
}
interface WifiStatus {
  station: string;
  ap: string;
  mode: string;
  phy: string;
  powersave: string;
  savedMode: string;
  ssid?: string;
  [key: string]: any;
}
interface WifiAddress {
  ip: string;
  netmask: string;
  gw: string;
  mac: string;
}

declare const global: any;
declare function btoa(data: string | ArrayBuffer): string;
declare function atob(base64: string): string;
declare function trace(root?: any): void;
declare function print(...text: any[]): void;
declare const HIGH: number;
declare const LOW: number;
declare const __FILE__: any;
declare function setBusyIndicator(pin: any): void;
declare function setSleepIndicator(pin: any): void;
declare function dump(): void;
declare function load(filename?: any): void;
declare function save(): void;
declare function reset(clearFlash?: boolean): void;
declare function edit(funcName: any): void;
declare function echo(echoOn?: Bool): void;
declare function getTime(): number;
declare function setTime(time: number): void;
declare function getSerial(): string;
declare function setInterval<A extends any[]>(
  callback: ((...args: A) => void) | string,
  ms: number,
  ...args: A
): number;
declare function setTimeout<A extends any[]>(
  callback: ((...args: A) => void) | string,
  ms: number,
  ...args: A
): number;
declare function clearInterval(...ids: number[]): void;
declare function clearTimeout(...ids: number[]): void;
declare function changeInterval(id: number, ms: number): void;
declare function peek8(address: number): number;
declare function peek8(address: number, count: number): Uint8Array;
declare function poke8(address: number, value: number | number[]): void;
declare function peek16(address: number): number;
declare function peek16(address: number, count: number): Uint16Array;
declare function poke16(address: number, value: number | number[]): void;
declare function peek32(address: number): number;
declare function peek32(address: number, count: number): Uint32Array;
declare function poke32(address: number, value: number | number[]): void;
declare function analogRead(pin: PinLike): number;
declare function analogWrite(
  pin: PinLike,
  value: number,
  options?: { freq?: number; soft?: boolean; forceSoft?: boolean },
): void;
declare function digitalPulse(pin: PinLike, value: Bool, time: number | number[]): void;
declare function digitalWrite(
  pin: PinLike | PinLike[] | { write(value: number): void },
  value: Bool | number,
): void;
declare function digitalRead(pin: PinLike | PinLike[]): number;
declare function pinMode(pin: PinLike, mode?: PinMode, automatic?: boolean): void;
declare function getPinMode(pin: PinLike): PinMode;
declare function shiftOut(
  pins: PinLike | PinLike[],
  options: { clk?: PinLike; clkPol?: number; repeat?: number },
  data: any,
): void;
declare function setWatch(
  listener:
    | ((event: { state: boolean; time: number; lastTime: number; pin: Pin; data?: any }) => void)
    | string,
  pin: PinLike,
  options?:
    | {
        repeat?: boolean;
        edge?: "rising" | "falling" | "both";
        debounce?: number;
        irq?: boolean;
        data?: PinLike;
        hispeed?: boolean;
      }
    | boolean,
): number;
declare function clearWatch(...ids: number[]): void;
declare const LoopbackA: Serial;
declare const LoopbackB: Serial;
declare const Bluetooth: Serial;

declare const Uint24Array: {
  new (source: number | ArrayLike<number> | ArrayBuffer, byteOffset?: number, length?: number): Uint24Array;
  readonly prototype: Uint24Array;
};

interface Date {
  getIsDST(): number;
  toLocalISOString(): string;
}

interface InternalError {
  toString(): any;
}
declare const InternalError: {
  new (message?: any): InternalError;
  readonly prototype: InternalError;
};

interface Object {
  clone(): any;
  on(event: any, listener: (...args: any[]) => any): void;
  addListener(event: any, listener: (...args: any[]) => any): void;
  prependListener(event: any, listener: (...args: any[]) => any): void;
  emit(event: any, ...args: any[]): void;
  removeListener(event: any, listener: (...args: any[]) => any): void;
  removeAllListeners(event?: any): void;
}

interface Function {
  replaceWith(newFunc: any): void;
}

interface String {
  removeAccents(): string;
}

declare const Modules: {
  getCached(): string[];
  removeCached(id: any): void;
  removeAllCached(): void;
  addCached(id: string, code: string | (() => void)): void;
};

interface Math {
  randInt(range: number): number;
  clip(x: number, min: number, max: number): number;
  wrap(x: number, max: number): number;
}

declare const E: {
  readonly internal: any;
  getTemperature(internal?: boolean): number;
  getAnalogVRef(): number;
  nativeCall(addr: number, sig: any, data?: any): any;
  clip(x: number, min: number, max: number): number;
  sum(data: ArrayLike<number> | string): number;
  variance(data: ArrayLike<number> | string, mean: number): number;
  convolve(arr1: any, arr2: any, offset: number): number;
  FFT(real: any, imaginary?: any, inverse?: boolean): void;
  enableWatchdog(seconds: number, automatic?: boolean): void;
  kickWatchdog(): void;
  getErrorFlags(): string[];
  getFlags(): Record<string, number>;
  setFlags(flags: Record<string, number>): void;
  pipe(source: any, destination: any, options?: any): void;
  toArrayBuffer(text: string): ArrayBuffer;
  toString(...data: any[]): string;
  toFlatString(...args: any[]): string;
  asUTF8(str: any): string;
  fromUTF8(str: any): string;
  isUTF8(str: any): boolean;
  toUint8Array(...data: any[]): Uint8Array;
  toJS(arg: any): string;
  memoryArea(addr: number, len: number): string;
  setBootCode(code: string | undefined, always?: boolean): void;
  setClock(options?: any): number;
  getClock(): any;
  setConsole(device: any, options?: any): void;
  getConsole(): any;
  reverseByte(x: number): number;
  dumpFragmentation(): void;
  dumpVariables(): void;
  defrag(): void;
  getSizeOf(value: any, depth?: number): any;
  getAddressOf(value: any, flat?: boolean): number;
  mapInPlace(
    from: ArrayBuffer | ArrayBufferView,
    to: ArrayBuffer | ArrayBufferView,
    map?: any,
    bits?: number,
  ): void;
  lookupNoCase(haystack: any, needle: string, returnKey?: boolean): any;
  dumpStr(): string;
  srand(v: number): void;
  hwRand(): number;
  CRC32(data: any): number;
  HSBtoRGB(hue: number, saturation: number, brightness: number, format?: number | boolean): any;
  setPassword(password?: string): void;
  lockConsole(): void;
  setTimeZone(zone: number): void;
  setDST(...settings: (number | boolean)[]): void;
  memoryMap(baseAddress: any, registers: any): any;
  asm(callspec: any, ...assemblycode: any[]): void;
  compiledC(code: any): void;
  reboot(): void;
  getPowerUsage(): any;
  decodeUTF8(text: string, lookup: string[], replace: string | ((code: number) => string)): string;
  stopEventPropagation(): void;
  connectSDCard(spi: any, csPin: PinLike): void;
  unmountSD(): void;
  openFile(path: string, mode?: string): File | undefined;
  on(event: "init", listener: () => void): void;
  on(event: "kill", listener: () => void): void;
  on(event: "errorFlag", listener: (errorFlags: any) => void): void;
  on(event: "touch", listener: (x: number, y: number, b: number) => void): void;
  on(event: "packet", listener: (event: any) => void): void;
  on(event: "packetUpload", listener: (event: any) => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
};

declare const console: {
  log(...text: any[]): void;
  debug(...text: any[]): void;
  info(...text: any[]): void;
  warn(...text: any[]): void;
  error(...text: any[]): void;
  trace(...text: any[]): void;
};

interface Pin {
  read(): boolean;
  set(): void;
  reset(): void;
  write(value: Bool | number): void;
  getMode(): PinMode;
  mode(mode: PinMode): void;
  toggle(): boolean;
  pulse(value: Bool, time: number | number[]): void;
  analog(): number;
  pwm(value: number, options?: { freq?: number; soft?: boolean; forceSoft?: boolean }): void;
  getInfo(): any;
}
declare const Pin: {
  new (value: PinLike): Pin;
  readonly prototype: Pin;
};

declare const process: {
  version: string;
  env: {
    VERSION: string;
    GIT_COMMIT: string;
    BOARD: string;
    FLASH: number;
    RAM: number;
    SERIAL: string;
    CONSOLE: string;
    MODULES: string;
    EXPTR: number;
    [key: string]: any;
  };
  memory(collect?: boolean): {
    free: number;
    usage: number;
    total: number;
    history: number;
    gc?: number;
    gctime?: number;
    blocksize: number;
    stackEndAddress: number;
    flash_start: number;
    flash_binary_end: number;
    flash_code_start: number;
    flash_length: number;
  };
  on(event: "uncaughtException", listener: (exception: any) => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
};

interface OneWire {
  reset(): boolean;
  select(rom: string): void;
  skip(): void;
  write(data: number | number[] | string, power?: boolean): void;
  read(): number;
  read(count: number): Uint8Array;
  search(command?: number): string[];
}
declare const OneWire: {
  new (pin: PinLike): OneWire;
  readonly prototype: OneWire;
};

interface Serial {
  setConsole(force?: boolean): void;
  setup(
    baudrate?: number,
    options?: {
      rx?: PinLike;
      tx?: PinLike;
      ck?: PinLike;
      cts?: PinLike;
      bytesize?: 7 | 8;
      parity?: "none" | "even" | "odd" | "n" | "e" | "o" | null;
      stopbits?: 1 | 2;
      flow?: "none" | "xon" | null;
      path?: string;
      errors?: boolean;
      force?: boolean;
    },
  ): void;
  unsetup(): void;
  print(string: any): void;
  println(string: any): void;
  write(...data: any[]): void;
  inject(...data: any[]): void;
  available(): number;
  read(chars?: number): string | undefined;
  pipe(destination: any, options?: any): void;
  flush(): void;
  isConnected(): boolean;
  on(event: "data", listener: (data: any) => void): void;
  on(event: "framing", listener: () => void): void;
  on(event: "parity", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const Serial: {
  new (): Serial;
  readonly prototype: Serial;
  find(pin: PinLike): Serial | undefined;
};

interface StorageFile {
  read(length: number): string | undefined;
  readLine(): string | undefined;
  getLength(): number;
  write(data: any): void;
  erase(): void;
  pipe(destination: any, options?: any): void;
}
declare const StorageFile: {
  readonly prototype: StorageFile;
};

interface SPI {
  setup(options: {
    sck?: PinLike;
    mosi?: PinLike;
    miso?: PinLike;
    baud?: number;
    mode?: 0 | 1 | 2 | 3;
    order?: "msb" | "lsb";
    bits?: number;
  }): void;
  send(data: number, select?: PinLike): number;
  send(data: any, select?: PinLike): any;
  write(...data: any[]): void;
  send4bit(data: any, bit0: number, bit1: number, nss_pin?: PinLike): void;
  send8bit(data: any, bit0: number, bit1: number, nss_pin?: PinLike): void;
}
declare const SPI: {
  new (): SPI;
  readonly prototype: SPI;
  find(pin: PinLike): SPI | undefined;
};

interface I2C {
  setup(options?: { scl?: PinLike; sda?: PinLike; bitrate?: number; clkStretch?: boolean }): void;
  writeTo(address: number | { address: number; stop?: boolean }, ...data: any[]): void;
  readFrom(address: number | { address: number; stop?: boolean }, quantity: number): Uint8Array;
  readReg(address: number, reg: number, quantity: number): Uint8Array;
}
declare const I2C: {
  new (): I2C;
  readonly prototype: I2C;
  find(pin: PinLike): I2C | undefined;
};

interface Waveform {
  startOutput(output: PinLike, freq: number, options?: any): void;
  startInput(output: PinLike, freq: number, options?: any): void;
  stop(): void;
}
declare const Waveform: {
  new (samples: number | ArrayBuffer, options?: { doubleBuffer?: boolean; bits?: 8 | 16 }): Waveform;
  readonly prototype: Waveform;
};

interface File {
  close(): void;
  write(buffer: any): number;
  read(length?: number): string | undefined;
  skip(nBytes: number): void;
  seek(nBytes: number): void;
  pipe(destination: any, options?: any): void;
}
declare const File: {
  readonly prototype: File;
};

interface Graphics {
  flip(all?: Bool): void;
  buffer: ArrayBuffer;
  getWidth(): number;
  getHeight(): number;
  getBPP(): number;
  reset(usage?: any): Graphics;
  clear(reset?: Bool): Graphics;
  fillRect(x1: number, y1: number, x2: number, y2: number): Graphics;
  fillRect(rectangle: {
    x: number;
    y: number;
    x2?: number;
    y2?: number;
    w?: number;
    h?: number;
    r?: number;
  }): Graphics;
  clearRect(x1: number, y1: number, x2: number, y2: number): Graphics;
  clearRect(rectangle: {
    x: number;
    y: number;
    x2?: number;
    y2?: number;
    w?: number;
    h?: number;
    r?: number;
  }): Graphics;
  drawRect(x1: number, y1: number, x2: number, y2: number): Graphics;
  drawRect(rectangle: {
    x: number;
    y: number;
    x2?: number;
    y2?: number;
    w?: number;
    h?: number;
    r?: number;
  }): Graphics;
  fillCircle(x: number, y: number, rad: number): Graphics;
  drawCircle(x: number, y: number, rad: number): Graphics;
  fillEllipse(x1: number, y1: number, x2: number, y2: number): Graphics;
  drawEllipse(x1: number, y1: number, x2: number, y2: number): Graphics;
  getPixel(x: number, y: number): number;
  setPixel(x: number, y: number, color?: number): Graphics;
  toColor(color: number | string): number;
  toColor(red: number, green: number, blue: number): number;
  setColor(color: number | string): Graphics;
  setColor(red: number, green: number, blue: number): Graphics;
  setBgColor(color: number | string): Graphics;
  setBgColor(red: number, green: number, blue: number): Graphics;
  getColor(): number;
  getBgColor(): number;
  setClipRect(x1: number, y1: number, x2: number, y2: number): Graphics;
  setOffset(x: number, y: number): Graphics;
  setFontBitmap(): Graphics;
  setFontVector(size: number): Graphics;
  setFontCustom(bitmap: any, firstCharacter: number, width: number | string, height: number): Graphics;
  setFontPBF(file: string, scale?: number): Graphics;
  setFontAlign(x: -1 | 0 | 1, y?: -1 | 0 | 1, rotation?: 0 | 1 | 2 | 3): Graphics;
  setFont(name: string, size?: number): Graphics;
  getFont(): string;
  getFonts(): string[];
  getFontHeight(): number;
  stringWidth(str: any): number;
  stringMetrics(text: string): { width: number; height: number; [key: string]: any };
  wrapString(text: string, width: number): string[];
  drawString(str: any, x: number, y: number, solid?: Bool): Graphics;
  getVectorFontPolys(str: any, options?: any): any[];
  drawLine(x1: number, y1: number, x2: number, y2: number): Graphics;
  lineTo(x: number, y: number): Graphics;
  moveTo(x: number, y: number): Graphics;
  drawPoly(points: number[], closed?: boolean): Graphics;
  fillPoly(points: number[]): Graphics;
  setRotation(rotation: 0 | 1 | 2 | 3, reflect?: boolean): Graphics;
  imageMetrics(str: any): any;
  drawImage(image: any, x: number, y: number, options?: any): Graphics;
  asImage(options?: "object" | "string" | { type?: "object" | "string" }): any;
  getModified(reset?: boolean): { x1: number; y1: number; x2: number; y2: number } | undefined;
  scroll(x: number, y: number): Graphics;
  blit(options?: any): Graphics;
  asBMP(): any;
  asURL(): any;
  dump(): void;
  quadraticBezier(arr: any, options?: any): any;
  transformVertices(verts: any, transformation: any): any;
  floodFill(x: number, y: number, col: any): Graphics;
  readonly theme: any;
  setTheme(theme: any): Graphics;
}
declare const Graphics: {
  readonly prototype: Graphics;
  getInstance(): Graphics | undefined;
  createArrayBuffer(
    width: number,
    height: number,
    bitsPerPixel: number,
    options?: {
      zigzag?: boolean;
      vertical_byte?: boolean;
      msb?: boolean;
      interleavex?: boolean;
      color_order?: string;
      buffer?: ArrayBuffer;
    },
  ): Graphics;
  createCallback(
    width: number,
    height: number,
    bitsPerPixel: number,
    callback:
      | ((x: number, y: number, color: number) => void)
      | {
          setPixel(x: number, y: number, color: number): void;
          fillRect?(x1: number, y1: number, x2: number, y2: number, color: number): void;
        },
  ): Graphics;
  createImage(str: any): any;
};

declare const url: {
  parse(
    url: string,
    parseQuery?: boolean,
  ): {
    method: string;
    host: string;
    path: string;
    pathname: string;
    search: string | null;
    port: number | null;
    query: any;
  };
};

interface Server {
  listen(port: number): any;
  close(): void;
}
declare const Server: {
  readonly prototype: Server;
};

interface Socket {
  available(): number;
  read(chars?: number): string | undefined;
  pipe(destination: any, options?: any): void;
  write(data: any): boolean;
  end(data?: any): void;
  on(event: "data", listener: (data: any) => void): void;
  on(event: "close", listener: (had_error: any) => void): void;
  on(event: "error", listener: (details: any) => void): void;
  on(event: "drain", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const Socket: {
  readonly prototype: Socket;
};

interface dgramSocket {
  send(data: string, port: number, address: string): void;
  send(data: any, offset: number, length: number, port: number, address: string): void;
  bind(port: number, ready?: (socket: dgramSocket) => void): dgramSocket;
  close(): void;
  addMembership(group: string, address?: string): void;
  on(event: "message", listener: (message: string, from: UdpSource) => void): void;
  on(event: "close", listener: (had_error: any) => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const dgramSocket: {
  readonly prototype: dgramSocket;
};

interface httpSrv {
  listen(port: number): any;
  close(): void;
}
declare const httpSrv: {
  readonly prototype: httpSrv;
};

interface httpSRq {
  headers: Record<string, string>;
  method: string;
  url: string;
  available(): number;
  read(chars?: number): string | undefined;
  pipe(destination: any, options?: any): void;
  on(event: "data", listener: (data: any) => void): void;
  on(event: "close", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const httpSRq: {
  readonly prototype: httpSRq;
};

interface httpSRs {
  headers: Record<string, string>;
  write(data: any): boolean;
  end(data?: any): void;
  writeHead(statusCode: number, headers?: Record<string, string | number>): void;
  setHeader(name: string, value: string | number): void;
  on(event: "drain", listener: () => void): void;
  on(event: "close", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const httpSRs: {
  readonly prototype: httpSRs;
};

interface httpCRq {
  write(data: any): boolean;
  end(data?: any): void;
  on(event: "drain", listener: () => void): void;
  on(event: "error", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const httpCRq: {
  readonly prototype: httpCRq;
};

interface httpCRs {
  headers: Record<string, string>;
  statusCode: string;
  statusMessage: string;
  readonly httpVersion: any;
  available(): number;
  read(chars?: number): string | undefined;
  pipe(destination: any, options?: any): void;
  on(event: "data", listener: (data: any) => void): void;
  on(event: "close", listener: () => void): void;
  on(event: "error", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const httpCRs: {
  readonly prototype: httpCRs;
};

declare const AES: {
  encrypt(
    message: any,
    key: any,
    options?: { iv?: ArrayBuffer; mode?: "CBC" | "CFB" | "CTR" | "OFB" | "ECB" },
  ): ArrayBuffer;
  decrypt(
    message: any,
    key: any,
    options?: { iv?: ArrayBuffer; mode?: "CBC" | "CFB" | "CTR" | "OFB" | "ECB" },
  ): ArrayBuffer;
};

declare const NRF: {
  disconnect(): void;
  sleep(): void;
  wake(): void;
  restart(callback?: (...args: any[]) => any): void;
  getAddress(current?: Bool): any;
  getAdvertisingName(): any;
  getBattery(): number;
  setAdvertising(data: any, options?: any): void;
  getAdvertisingData(data: any, options?: any): any;
  setScanResponse(data: any): void;
  setServices(data: any, options?: any): void;
  updateServices(data: any): void;
  setScan(callback?: (...args: any[]) => any, options?: any): void;
  filterDevices(devices: any, filters: any): any;
  findDevices(callback?: (...args: any[]) => any, options?: any): void;
  setRSSIHandler(callback?: (...args: any[]) => any): void;
  setTxPower(power: number): void;
  requestDevice(options?: any): Promise<any>;
  connect(mac: any, options?: any): Promise<any>;
  setConnectionInterval(interval: any): void;
  getSecurityStatus(): any;
  on(event: "connect", listener: (addr: any) => void): void;
  on(event: "disconnect", listener: (reason: number) => void): void;
  on(event: "security", listener: (status: any) => void): void;
  on(event: "servicesDiscover", listener: () => void): void;
  on(event: "characteristicsDiscover", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
};

interface BluetoothRemoteGATTServer {
  connect(options?: any): Promise<any>;
  readonly connected: boolean;
  readonly handle: number;
  disconnect(): Promise<any>;
  getPrimaryService(service: any): Promise<any>;
  getPrimaryServices(): Promise<any>;
  setRSSIHandler(callback?: (...args: any[]) => any): void;
}
declare const BluetoothRemoteGATTServer: {
  readonly prototype: BluetoothRemoteGATTServer;
};

interface BluetoothRemoteGATTService {
  getCharacteristic(characteristic: any): Promise<any>;
  getCharacteristics(): Promise<any>;
}
declare const BluetoothRemoteGATTService: {
  readonly prototype: BluetoothRemoteGATTService;
};

interface BluetoothRemoteGATTCharacteristic {
  writeValue(data: any): Promise<any>;
  readValue(): Promise<any>;
  startNotifications(): Promise<any>;
  on(event: "characteristicvaluechanged", listener: () => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}
declare const BluetoothRemoteGATTCharacteristic: {
  readonly prototype: BluetoothRemoteGATTCharacteristic;
};

declare const ESP32: {
  setAtten(pin: PinLike, atten: number): void;
  reboot(): void;
  deepSleep(us: number): void;
  deepSleepExt0(pin: PinLike, level: number): void;
  deepSleepExt1(pins: PinLike | PinLike[], mode: number): void;
  getWakeupCause(): number;
  getWakeupPin(): Pin;
  lightSleep(ms: number): void;
  getState(): any;
  setBLE_Debug(level: number): void;
  enableBLE(enable?: Bool): void;
  enableWifi(enable?: Bool): void;
  setOTAValid(isValid?: Bool): void;
};

interface BluetoothDevice {
  readonly gatt: any;
}
declare const BluetoothDevice: {
  readonly prototype: BluetoothDevice;
};

interface ModuleTimer {
  list(): any[];
  get(timerID: number): any;
  add(timer: any): number;
  remove(timerID: number): boolean;
}

interface ModuleFlash {
  getPage(address: number): { addr: number; length: number } | undefined;
  getFree(): { addr: number; length: number }[];
  erasePage(address: number | { addr: number; length: number }): void;
  write(data: any, addr: number): void;
  read(length: number, address: number): Uint8Array;
}

interface ModuleStorage {
  eraseAll(): void;
  erase(name: any): void;
  read(name: string, offset?: number, length?: number): string | undefined;
  readJSON(name: string, noExceptions?: boolean): any;
  readArrayBuffer(name: string): ArrayBuffer | undefined;
  write(name: string, data: any, offset?: number, size?: number): boolean;
  writeJSON(name: string, data: any): boolean;
  list(filter?: RegExp, options?: { sf?: boolean }): string[];
  hash(regex?: any): number;
  compact(showMessage?: Bool): void;
  getFree(checkInternalFlash?: boolean): number;
  getStats(checkInternalFlash?: boolean): {
    totalBytes: number;
    freeBytes: number;
    fileBytes: number;
    fileCount: number;
    trashBytes: number;
    trashCount: number;
  };
  optimise(): void;
  open(name: string, mode: "r" | "w" | "a"): StorageFile;
}

interface ModuleHeatshrink {
  compress(data: any): ArrayBuffer;
  decompress(data: any): ArrayBuffer;
}

interface ModuleFs {
  pipe(source: any, destination: any, options?: any): void;
  readdir(path: string): string[];
  readdirSync(path: string): string[];
  writeFile(path: any, data: any): boolean;
  writeFileSync(path: any, data: any): boolean;
  appendFile(path: any, data: any): boolean;
  appendFileSync(path: any, data: any): boolean;
  readFile(path: string): string | undefined;
  readFileSync(path: string): string | undefined;
  unlink(path: any): boolean;
  unlinkSync(path: any): boolean;
  statSync(path: string): { size: number; dir: boolean; mtime: Date } | undefined;
  mkdir(path: any): boolean;
  mkdirSync(path: any): boolean;
}

interface ModuleNet {
  createServer(connected: (socket: Socket) => void): Server;
  connect(options: { host: string; port: number } | string, connected?: (socket: Socket) => void): Socket;
}

interface ModuleDgram {
  createSocket(
    type: "udp4" | { type: "udp4"; reuseAddr?: boolean; recvBufferSize?: number },
    callback?: (message: string, from: UdpSource) => void,
  ): dgramSocket;
}

interface ModuleTls {
  connect(
    options: { host: string; port: number; ca?: string; key?: string; cert?: string } | string,
    connected?: (socket: Socket) => void,
  ): Socket;
}

interface ModuleHttp {
  createServer(handler: (request: httpSRq, response: httpSRs) => void): httpSrv;
  request(options: HttpOptions | string, callback?: (response: httpCRs) => void): httpCRq;
  get(options: HttpOptions | string, callback?: (response: httpCRs) => void): httpCRq;
}

interface ModuleWifi {
  disconnect(callback?: (...args: any[]) => any): void;
  stopAP(callback?: (...args: any[]) => any): void;
  connect(ssid: string, options: WifiConnect, callback?: (error: string | null) => void): void;
  connect(ssid: string, callback?: (error: string | null) => void): void;
  scan(
    callback: (
      networks: {
        ssid: string;
        mac: string;
        rssi: number;
        channel: number;
        authMode: string;
        isHidden: boolean;
      }[],
    ) => void,
  ): void;
  startAP(
    ssid: string,
    options?: {
      password?: string;
      authMode?: "open" | "wpa" | "wpa2" | "wpa_wpa2";
      channel?: number;
      hidden?: boolean;
    },
    callback?: (error: string | null) => void,
  ): void;
  getStatus(callback?: (status: WifiStatus) => void): WifiStatus;
  setConfig(settings: any): void;
  getDetails(callback?: (...args: any[]) => any): any;
  getAPDetails(callback?: (...args: any[]) => any): any;
  save(what?: any): void;
  restore(): void;
  getIP(callback?: (error: string | null, address: WifiAddress) => void): WifiAddress;
  getAPIP(callback?: (error: string | null, address: WifiAddress) => void): WifiAddress;
  getHostByName(name: string, callback: (address: string | null) => void): void;
  getHostname(callback?: (name: string) => void): string;
  setHostname(name: string, callback?: (error: string | null) => void): void;
  setSNTP(server: string, zone: number | string): void;
  setIP(settings: any, callback?: (...args: any[]) => any): void;
  setAPIP(settings: any, callback?: (...args: any[]) => any): void;
  ping(hostname: any, callback?: (...args: any[]) => any): void;
  on(event: "associated", listener: (details: any) => void): void;
  on(event: "disconnected", listener: (details: { ssid: string; mac: string; reason: string }) => void): void;
  on(event: "auth_change", listener: (details: any) => void): void;
  on(event: "dhcp_timeout", listener: () => void): void;
  on(event: "connected", listener: (details: WifiAddress) => void): void;
  on(event: "sta_joined", listener: (details: any) => void): void;
  on(event: "sta_left", listener: (details: any) => void): void;
  on(event: "probe_recv", listener: (details: any) => void): void;
  on(event: string, listener: (...args: any[]) => any): void;
}

interface ModuleTelnetServer {
  setOptions(options?: any): void;
}

interface ModuleCrypto {
  AES: typeof AES;
  SHA1(message: any): ArrayBuffer;
  SHA224(message: any): ArrayBuffer;
  SHA256(message: any): ArrayBuffer;
  SHA384(message: any): ArrayBuffer;
  SHA512(message: any): ArrayBuffer;
  PBKDF2(
    passphrase: any,
    salt: any,
    options?: {
      keySize?: number;
      iterations?: number;
      hasher?: "SHA1" | "SHA224" | "SHA256" | "SHA384" | "SHA512";
    },
  ): ArrayBuffer;
}

interface ModuleNeopixel {
  write(pin: PinLike, data: any): void;
}

interface EspruinoModules {
  timer: ModuleTimer;
  Flash: ModuleFlash;
  Storage: ModuleStorage;
  heatshrink: ModuleHeatshrink;
  fs: ModuleFs;
  net: ModuleNet;
  dgram: ModuleDgram;
  tls: ModuleTls;
  http: ModuleHttp;
  Wifi: ModuleWifi;
  TelnetServer: ModuleTelnetServer;
  crypto: ModuleCrypto;
  neopixel: ModuleNeopixel;
  url: typeof url;
}

declare module "timer" {
  const module: EspruinoModules["timer"];
  export = module;
}

declare module "Flash" {
  const module: EspruinoModules["Flash"];
  export = module;
}

declare module "Storage" {
  const module: EspruinoModules["Storage"];
  export = module;
}

declare module "heatshrink" {
  const module: EspruinoModules["heatshrink"];
  export = module;
}

declare module "fs" {
  const module: EspruinoModules["fs"];
  export = module;
}

declare module "net" {
  const module: EspruinoModules["net"];
  export = module;
}

declare module "dgram" {
  const module: EspruinoModules["dgram"];
  export = module;
}

declare module "tls" {
  const module: EspruinoModules["tls"];
  export = module;
}

declare module "http" {
  const module: EspruinoModules["http"];
  export = module;
}

declare module "Wifi" {
  const module: EspruinoModules["Wifi"];
  export = module;
}

declare module "TelnetServer" {
  const module: EspruinoModules["TelnetServer"];
  export = module;
}

declare module "crypto" {
  const module: EspruinoModules["crypto"];
  export = module;
}

declare module "neopixel" {
  const module: EspruinoModules["neopixel"];
  export = module;
}

declare module "url" {
  const module: EspruinoModules["url"];
  export = module;
}

declare function require<Name extends keyof EspruinoModules>(name: Name): EspruinoModules[Name];

declare function require(name: string): any;
