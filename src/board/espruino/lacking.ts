import type { Board } from "../../../boards/index.js";
import type { Machine } from "./machine.js";

/**
 * What Espruino has on a board and the virtual board does not, from Espruino's own tables of names (2v29). Each is
 * there, so that `typeof` answers as on the board, and throws an error with its name as soon as it is used.
 */
interface Lacking {
  /** Classes and functions. */
  readonly functions: string;
  readonly objects: string;
  readonly modules: string;
}

const everywhere: Lacking = {
  functions:
    "I2C OneWire SPI Serial Server Socket Uint24Array Waveform ArrayBufferView dgramSocket dump edit save shiftOut " +
    "httpCRq httpCRs httpSRq httpSRs httpSrv",
  objects: "I2C1 LoopbackA LoopbackB SPI1 Serial1 Serial2",
  modules: "NetworkJS heatshrink timer",
};

const esp32: Lacking = {
  functions:
    "BluetoothRemoteGATTCharacteristic BluetoothRemoteGATTServer BluetoothRemoteGATTService File Graphics Queue Task Timer",
  objects: "AES I2C2 NRF SPI2 Serial3 Telnet Terminal Bluetooth",
  modules: "TelnetServer fs neopixel tls",
};

const linux: Lacking = {
  functions: "File Graphics TFMicroInterpreter",
  objects: "AES I2C2 I2C3 SPI2 SPI3 Serial3 Serial4 Serial5 Serial6 Telnet USB",
  modules: "TelnetServer fs tensorflow tls",
};

/** Members that an object or a prototype of the engine has beyond ours. */
const members: Readonly<Record<string, string>> = {
  E:
    "FFT HSBtoRGB asUTF8 asm compiledC connectSDCard convolve decodeUTF8 dumpFragmentation dumpStr dumpVariables " +
    "fromUTF8 getAnalogVRef getClock getPowerUsage getSizeOf internal isUTF8 lockConsole mapInPlace memoryMap openFile " +
    "setConsole setPassword unmountSD variance",
  "String.prototype": "removeAccents",
  "Function.prototype": "replaceWith",
  "Object.prototype": "clone",
  "Pin.prototype": "getInfo",
  ESP32:
    "deepSleep deepSleepExt0 deepSleepExt1 enableBLE enableWifi getWakeupCause getWakeupPin lightSleep setAtten " +
    "setBLE_Debug setOTAValid",
  Wifi: "getAPDetails getAPIP ping scan",
};

export function lacking(what: string): string {
  return `the virtual board has no ${what}`;
}

function lists(board: Board): readonly Lacking[] {
  return [everywhere, board.chip === "linux" ? linux : esp32];
}

export function lackingModules(board: Board): string[] {
  return lists(board).flatMap(({ modules }) => modules.split(" "));
}

/** Puts the stand-ins in, behind everything that is there for real. */
export function installLacking(machine: Machine, board: Board, wifi?: object): void {
  const { realm } = machine;
  const fail = (name: string) =>
    machine.api((): never => {
      throw realm.error("Error", lacking(name));
    });
  for (const { functions, objects } of lists(board)) {
    for (const name of functions.split(" ")) realm.define(name, standIn(class {}, fail(name)));
    for (const name of objects.split(" ")) realm.define(name, standIn({}, fail(name)));
  }
  for (const [path, names] of Object.entries(members)) {
    const holder =
      path === "Wifi"
        ? wifi
        : (realm.evaluate(
            `typeof ${path.split(".")[0]} === "undefined" ? undefined : ${path}`,
            path,
          ) as object);
    if (holder === undefined) continue;
    for (const name of names.split(" ").filter((one) => !(one in holder)))
      realm.hide(holder, name, fail(`${path.replace(/\.prototype$/, "")}.${name}`));
  }
  const globals = realm.global as Record<string, object>;
  for (const name of ["E", "process", "console", "Modules", "url"])
    for (const [member, value] of Object.entries(globals[name])) realm.hide(globals[name], member, value);
}

/** Fails on every use except `typeof`. */
function standIn(target: object, fail: () => unknown): object {
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, fail])));
}

const traps = "get set has apply construct ownKeys getPrototypeOf getOwnPropertyDescriptor".split(" ");
