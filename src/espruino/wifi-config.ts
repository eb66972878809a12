import { SluiceError } from "../errors/sluice-error.js";

export interface WifiSettings {
  readonly ssid: string;
  /** Absent for an open network. */
  readonly password?: string | undefined;
}

/**
 * Where Espruino's own `Wifi.save()` keeps the network, and `Wifi.restore()` finds it at every start, before any script
 * runs (WIFI_CONFIG_STORAGE_NAME; jswrap_wifi_restore of libs/network/esp32). Plain text, as Espruino has it.
 */
export const wifiConfigName = ".wificfg";

const stationMode = 1;

/**
 * Content of that file for a board that joins one network.
 * @throws SluiceError BAD_WIFI_SETTINGS
 */
export function wifiConfig(settings: WifiSettings, hostname?: string): string {
  const { ssid, password = "" } = settings;
  const length = Buffer.byteLength(ssid);
  // Espruino copies into fields of 32 and 64 bytes with a NUL at the end, and silently cuts what is longer.
  if (length < 1 || length > 31)
    throw new SluiceError("BAD_WIFI_SETTINGS", `The network's name has ${length} bytes.`);
  const letters = Buffer.byteLength(password);
  if (password !== "" && (letters < 8 || letters > 63))
    throw new SluiceError("BAD_WIFI_SETTINGS", `The network's password has ${letters} bytes.`);
  return JSON.stringify({ ssid, password, mode: stationMode, hostname });
}
