import type { EspotaOptions } from "./espota-args.js";

/** Writes as espota.py does: log lines `HH:MM:SS [LEVEL]: text`, and its progress, all to stderr. */
export class EspotaLog {
  constructor(
    private readonly options: EspotaOptions,
    /** Writes text as it is. */
    readonly raw: (text: string) => void,
  ) {}

  line(level: "DEBUG" | "INFO" | "ERROR" | "CRITICAL", text: string): void {
    if (!this.options.debug && (level === "DEBUG" || level === "INFO")) return;
    const now = new Date();
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()];
    this.raw(`${time.map((part) => String(part).padStart(2, "0")).join(":")} [${level}]: ${text}\n`);
  }

  /** The connection stands. */
  uploading(): void {
    this.raw(this.options.progress ? bar(0) : "Uploading");
  }

  /** One more chunk is on its way; `done` is the part of the image that has been sent, 0..1. */
  chunk(done: number): void {
    this.raw(this.options.progress ? bar(done) : ".");
  }
}

const cellCount = 60;

function bar(done: number): string {
  const filled = roundHalfEven(cellCount * done);
  const cells = "=".repeat(filled).padEnd(cellCount);
  return `\rUploading: [${cells}] ${Math.trunc(done * 100)}% ${done >= 1 ? "Done...\r\n" : ""}`;
}

/** Python's `round`. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** What `-d` shows first, as Python prints its options; the password is not shown. */
export function optionsText(options: EspotaOptions, hostPort: number): string {
  const fields: [string, string | number | boolean | null][] = [
    ["esp_ip", options.espIp || false],
    ["host_ip", options.hostIp],
    ["esp_port", options.espPort],
    ["host_port", hostPort],
    ["auth", options.auth === "" ? "" : "***"],
    ["image", options.image || null],
    ["spiffs", options.spiffs],
    ["debug", options.debug],
    ["progress", options.progress],
  ];
  return `Options: {${fields.map(([name, value]) => `'${name}': ${python(value)}`).join(", ")}}`;
}

function python(value: string | number | boolean | null): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
