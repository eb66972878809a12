import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/** Milliseconds of the board from its start to its address; real ones take a second or more. */
const connectMs = 30;

/**
 * require("Wifi") as a board has it whose network was saved: it connects by itself after each start. Callbacks get
 * (error, details) and run later.
 */
export function installWifi(machine: Machine, device: Device): object {
  const { realm, emitters } = machine;
  const mac = device.serial;
  let hostname = `espruino-${mac.slice(-6)}`;
  let connected = false;
  const address = device.network.options.bind === "0.0.0.0" ? "127.0.0.1" : device.network.options.bind;
  const ip = () =>
    realm.object({
      ip: connected ? address : "0.0.0.0",
      netmask: "255.0.0.0",
      gw: address,
      mac,
    });
  const answer = (callback: unknown, ...results: unknown[]): void => {
    if (typeof callback === "function") machine.soon(() => callback(...results));
  };
  const wifi: Record<string, unknown> = realm.object({});
  const method = (name: string, call: (...args: unknown[]) => unknown): void => {
    wifi[name] = machine.api(call);
  };
  const join = (): void => {
    connected = true;
    emitters.queue(wifi, "associated", realm.object({ ssid: "virtual", mac, channel: 1, authMode: "wpa2" }));
    emitters.queue(wifi, "connected", ip());
  };
  method("connect", (_ssid, options, callback) => {
    if (!connected) join();
    answer(typeof options === "function" ? options : callback, null);
  });
  method("disconnect", (callback) => {
    connected = false;
    emitters.queue(wifi, "disconnected", realm.object({ ssid: "virtual", mac, reason: "8" }));
    answer(callback);
  });
  method("getIP", (callback) => {
    const info = ip();
    answer(callback, null, info);
    return info;
  });
  method("getDetails", (callback) => {
    const status = connected ? "connected" : "off";
    const details = realm.object({
      status,
      ssid: "virtual",
      rssi: -50,
      authMode: "wpa2",
      savedSsid: "virtual",
    });
    answer(callback, details);
    return details;
  });
  method("getStatus", (callback) => {
    const status = realm.object({ mode: "sta", station: connected ? "connected" : "off", ap: "disabled" });
    answer(callback, status);
    return status;
  });
  method("setHostname", (name, callback) => {
    hostname = String(name);
    answer(callback);
  });
  method("getHostname", (callback) => {
    answer(callback, hostname);
    return hostname;
  });
  method("getHostByName", (name, callback) => answer(callback, name === "localhost" ? "127.0.0.1" : name));
  method("setSNTP", () => device.time.set(device.time.world()));
  for (const name of ["save", "restore", "setConfig"]) method(name, () => undefined);
  for (const name of ["startAP", "stopAP", "setAPIP", "setIP"])
    method(name, (...args) => answer(args[args.length - 1], null));
  const cancel = device.clock.after(connectMs, () => machine.enter(join));
  machine.cleanup(cancel);
  return wifi;
}

/** The chip's own library (targets/esp32/jswrap_esp32.c). */
export function chipLibrary(machine: Machine, device: Device): Record<string, unknown> | undefined {
  if (device.board.chip === "linux") return undefined;
  const { realm } = machine;
  const state = { sdkVersion: "virtual", freeHeap: 20_000, BLE: false, Wifi: true };
  return realm.object({
    reboot: machine.api(() => machine.halt({ kind: "reboot" })),
    getState: machine.api(() => realm.object(state)),
  });
}
