/** A call that Python's optparse would refuse, in its words. */
export class OptionError extends Error {}

/** The options of espota.py (esp8266/Arduino), and `timeout` and `md5Target` of arduino-esp32's. */
const defaults = {
  espIp: "",
  hostIp: "0.0.0.0",
  espPort: 8266,
  /** Undefined: a random one. */
  hostPort: undefined as number | undefined,
  auth: "",
  image: "",
  spiffs: false,
  debug: false,
  progress: false,
  /** Seconds to wait for an answer to the invitation. */
  timeout: 10,
  md5Target: false,
  help: false,
};

export type EspotaOptions = typeof defaults;

const known: readonly (readonly [short: string, long: string, key: keyof EspotaOptions])[] = [
  ["-h", "--help", "help"],
  ["-i", "--ip", "espIp"],
  ["-I", "--host_ip", "hostIp"],
  ["-p", "--port", "espPort"],
  ["-P", "--host_port", "hostPort"],
  ["-a", "--auth", "auth"],
  ["-m", "--md5-target", "md5Target"],
  ["-f", "--file", "image"],
  ["-s", "--spiffs", "spiffs"],
  ["-t", "--timeout", "timeout"],
  ["-d", "--debug", "debug"],
  ["-r", "--progress", "progress"],
];

/**
 * Reads arguments the way optparse does: `-ifoo`, `-i foo`, `-rd`, `--ip=foo`, `--auth=`, unambiguous abbreviations,
 * the last of two wins, words that are no option are passed over. Stops at `-h`. Throws OptionError.
 */
export function parseEspotaArgs(args: readonly string[]): EspotaOptions {
  const options = { ...defaults };
  const rest = [...args];
  while (rest.length > 0 && !options.help) {
    const arg = rest.shift() ?? "";
    if (arg === "--") break;
    const [, long, value] = /^(--[^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (long !== undefined) store(options, completeLong(long), value, rest);
    else if (arg.startsWith("-"))
      for (let at = 1; at < arg.length; at++)
        if (!store(options, `-${arg[at]}`, arg.slice(at + 1) || undefined, rest)) break;
  }
  return options;
}

/**
 * @param inline what stands behind the option in the same argument
 * @returns whether the option takes no value: what is behind a short one are options too
 */
function store(options: EspotaOptions, name: string, inline: string | undefined, rest: string[]): boolean {
  const key = known.find((row) => row[0] === name || row[1] === name)?.[2];
  if (key === undefined) throw new OptionError(`no such option: ${name}`);
  if (typeof defaults[key] === "boolean") {
    if (inline !== undefined && name.startsWith("--"))
      throw new OptionError(`${name} option does not take a value`);
    Object.assign(options, { [key]: true });
    return true;
  }
  const value = inline ?? rest.shift();
  if (value === undefined) throw new OptionError(`${name} option requires 1 argument`);
  Object.assign(options, { [key]: typeof defaults[key] === "string" ? value : integer(name, value) });
  return false;
}

function completeLong(name: string): string {
  const candidates = known.map((row) => row[1]).filter((long) => long.startsWith(name));
  if (candidates.includes(name) || candidates.length === 0) return name;
  if (candidates.length === 1) return candidates[0];
  throw new OptionError(`ambiguous option: ${name} (${candidates.sort().join(", ")}?)`);
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
