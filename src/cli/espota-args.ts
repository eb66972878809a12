/** The options of espota.py (esp8266/Arduino), and `timeout` and `md5Target` of arduino-esp32's. */
export interface EspotaOptions {
  espIp: string;
  hostIp: string;
  espPort: number;
  /** Undefined: a random one. */
  hostPort: number | undefined;
  auth: string;
  image: string;
  spiffs: boolean;
  debug: boolean;
  progress: boolean;
  /** Seconds to wait for an answer to the invitation. */
  timeout: number;
  md5Target: boolean;
  help: boolean;
}

/** A call that Python's optparse would refuse, in its words. */
export class OptionError extends Error {}

type Kind = "text" | "integer" | "flag";

const known: readonly (readonly [short: string, long: string, key: keyof EspotaOptions, kind: Kind])[] = [
  ["-h", "--help", "help", "flag"],
  ["-i", "--ip", "espIp", "text"],
  ["-I", "--host_ip", "hostIp", "text"],
  ["-p", "--port", "espPort", "integer"],
  ["-P", "--host_port", "hostPort", "integer"],
  ["-a", "--auth", "auth", "text"],
  ["-m", "--md5-target", "md5Target", "flag"],
  ["-f", "--file", "image", "text"],
  ["-s", "--spiffs", "spiffs", "flag"],
  ["-t", "--timeout", "timeout", "integer"],
  ["-d", "--debug", "debug", "flag"],
  ["-r", "--progress", "progress", "flag"],
];

/**
 * Reads arguments the way optparse does: `-ifoo`, `-i foo`, `-rd`, `--ip=foo`, `--auth=`, unambiguous abbreviations,
 * the last of two wins, words that are no option are passed over. Stops at `-h`. Throws OptionError.
 */
export function parseEspotaArgs(args: readonly string[]): EspotaOptions {
  const options: EspotaOptions = {
    ...{ espIp: "", hostIp: "0.0.0.0", espPort: 8266, hostPort: undefined, auth: "", image: "" },
    ...{ spiffs: false, debug: false, progress: false, timeout: 10, md5Target: false, help: false },
  };
  const rest = [...args];
  while (rest.length > 0 && !options.help) {
    const arg = rest.shift() ?? "";
    if (arg === "--") break;
    if (arg.startsWith("--")) takeLong(arg, rest, options);
    else if (arg.startsWith("-") && arg.length > 1) takeShort(arg, rest, options);
  }
  return options;
}

function takeLong(arg: string, rest: string[], options: EspotaOptions): void {
  const equals = arg.indexOf("=");
  const name = completeLong(equals < 0 ? arg : arg.slice(0, equals));
  if (equals >= 0) rest.unshift(arg.slice(equals + 1));
  const [, , key, kind] = find((row) => row[1] === name, name);
  if (kind === "flag" && equals >= 0) throw new OptionError(`${name} option does not take a value`);
  store(options, key, kind, name, rest);
}

function takeShort(arg: string, rest: string[], options: EspotaOptions): void {
  for (let i = 1; i < arg.length; i++) {
    const name = `-${arg[i]}`;
    const [, , key, kind] = find((row) => row[0] === name, name);
    if (kind === "flag") {
      store(options, key, kind, name, rest);
      continue;
    }
    if (i + 1 < arg.length) rest.unshift(arg.slice(i + 1));
    store(options, key, kind, name, rest);
    return;
  }
}

function store(
  options: EspotaOptions,
  key: keyof EspotaOptions,
  kind: Kind,
  name: string,
  rest: string[],
): void {
  if (kind === "flag") {
    Object.assign(options, { [key]: true });
    return;
  }
  const value = rest.shift();
  if (value === undefined) throw new OptionError(`${name} option requires 1 argument`);
  Object.assign(options, { [key]: kind === "text" ? value : integer(name, value) });
}

function completeLong(name: string): string {
  const candidates = known.map((row) => row[1]).filter((long) => long.startsWith(name));
  if (candidates.includes(name) || candidates.length === 0) return name;
  if (candidates.length === 1) return candidates[0];
  throw new OptionError(`ambiguous option: ${name} (${candidates.sort().join(", ")}?)`);
}

function find(matches: (row: (typeof known)[number]) => boolean, name: string): (typeof known)[number] {
  const row = known.find(matches);
  if (!row) throw new OptionError(`no such option: ${name}`);
  return row;
}

/** As Python reads it: `0x50`, `0b11`, a leading zero means octal. */
function integer(name: string, text: string): number {
  const value = text.trim();
  if (/^0x[0-9a-f]+$/i.test(value) || /^0b[01]+$/i.test(value)) return Number(value);
  if (/^0[0-7]*$/.test(value)) return Number.parseInt(value, 8);
  if (/^[+-]?[1-9][0-9]*$/.test(value)) return Number(value);
  const quoted = text.includes("'") ? `"${text}"` : `'${text}'`;
  throw new OptionError(`option ${name}: invalid integer value: ${quoted}`);
}

export const espotaUsage = "Usage: sluice espota [options]\n";

/** Laid out as optparse does; tools that look into it find their option. */
export const espotaHelp = `${espotaUsage}
Transmit image over the air to the module with OTA support. Takes the options of espota.py, so that Arduino IDE and
PlatformIO can call it in its place.

Options:
  -h, --help            show this help message and exit

  Destination:
    -i ESP_IP, --ip=ESP_IP
                        ESP IP Address.
    -I HOST_IP, --host_ip=HOST_IP
                        Host IP Address.
    -p ESP_PORT, --port=ESP_PORT
                        ESP ota Port. Default 8266
    -P HOST_PORT, --host_port=HOST_PORT
                        Host server ota Port. Default random 10000-60000

  Authentication:
    -a AUTH, --auth=AUTH
                        Set authentication password. Others on this computer
                        can read it in the process list; \`sluice upload\` takes
                        it from a file.
    -m, --md5-target    The module keeps an MD5 hash of its password.

  Image:
    -f FILE, --file=FILE
                        Image file. FILE.signed is sent instead if it exists.
    -s, --spiffs        Use this option to transmit a SPIFFS image and do not
                        flash the module.

  Output:
    -t TIMEOUT, --timeout=TIMEOUT
                        Seconds to wait for an answer to the invitation.
                        Default 10
    -d, --debug         Show debug output. And override loglevel with debug.
    -r, --progress      Show progress output. Does not work for ArduinoIDE

Example:
  sluice espota -i 192.168.1.7 -p 8266 -f sketch.bin -r
`;
