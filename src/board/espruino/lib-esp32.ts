import { wifiConfigName } from "../../espruino/wifi-config.js";
import type { Host } from "./device.js";
import type { BoardFunction, Machine } from "./machine.js";
import { textBytes } from "./values.js";

/** The chip's own library (targets/esp32/jswrap_esp32.c). */
export function chipLibrary(machine: Machine): object {
  const state = { sdkVersion: "virtual", freeHeap: 20_000, BLE: false, Wifi: true };
  return machine.object({
    reboot: () => machine.halt({ kind: "reboot" }),
    deepSleep: (us: unknown) => machine.halt({ kind: "sleep", ms: Number(us) / 1000 }),
    getState: () => machine.realm.object(state),
  });
}

/** Milliseconds of the board from its start to its address; real ones take a second or more. */
const connectMs = 30;

/**
 * require("Wifi") as a board has it whose network was saved: it connects by itself after each start. Callbacks get
 * (error, details) and run later.
 */
export function wifiLibrary({ machine, realm, device }: Host): object {
  const { emitters } = machine;
  const mac = device.serial;
  const { bind } = device.network;
  const address = bind === "0.0.0.0" ? "127.0.0.1" : bind;
  const network = { ssid: "virtual", mac };
  let hostname = `espruino-${mac.slice(-6)}`;
  let connected = false;
  const ip = () =>
    realm.object({ ip: connected ? address : "0.0.0.0", netmask: "255.0.0.0", gw: address, mac });
  const answer = (callback: unknown, ...results: unknown[]): void => {
    if (typeof callback === "function") machine.enter(() => callback(...results));
  };
  const join = (): void => {
    connected = true;
    emitters.queue(wifi, "associated", realm.object({ ...network, channel: 1, authMode: "wpa2" }));
    emitters.queue(wifi, "connected", ip());
  };
  /** Returns what it passes to the callback. */
  const getter =
    (result: () => unknown, ...error: null[]): BoardFunction =>
    (callback) => {
      const found = result();
      answer(callback, ...error, found);
      return found;
    };
  const nothing = (): undefined => undefined;
  const done = (...args: unknown[]): void => answer(args[args.length - 1], null);
  const wifi = machine.object({
    connect: (_ssid: unknown, options: unknown, callback: unknown) => {
      if (!connected) join();
      answer(typeof options === "function" ? options : callback, null);
    },
    disconnect: (callback: unknown) => {
      connected = false;
      emitters.queue(wifi, "disconnected", realm.object({ ...network, reason: "8" }));
      answer(callback);
    },
    getIP: getter(ip, null),
    getDetails: getter(() => {
      const status = connected ? "connected" : "off";
      return realm.object({ status, ssid: "virtual", rssi: -50, authMode: "wpa2", savedSsid: "virtual" });
    }),
    getStatus: getter(() =>
      realm.object({ mode: "sta", station: connected ? "connected" : "off", ap: "disabled" }),
    ),
    setHostname: (name: unknown, callback: unknown) => {
      hostname = String(name);
      answer(callback);
    },
    getHostname: getter(() => hostname),
    getHostByName: (name: unknown, callback: unknown) =>
      answer(callback, name === "localhost" ? "127.0.0.1" : name),
    setSNTP: () => device.time.set(device.clock.date()),
    // The engine's own erase and write of the file, past `require("Storage")` (jswrap_wifi_save).
    save: (what: unknown) => {
      device.storage.erase(wifiConfigName);
      const settings = { ssid: "virtual", password: "", mode: 1, sleepType: 0, hostname };
      if (what !== "clear") device.storage.write(wifiConfigName, textBytes(JSON.stringify(settings)));
    },
    restore: nothing,
    setConfig: nothing,
    startAP: done,
    stopAP: done,
    setAPIP: done,
    setIP: done,
  });
  machine.cleanup(device.clock.after(connectMs, () => machine.enter(join)));
  return wifi;
}
