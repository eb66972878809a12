import type { UploadEvent } from "../events/upload-event.js";
import type { UploadError } from "../host/espota/upload-error.js";
import type { EspotaOptions } from "./espota-args.js";
import { plain } from "./terminal.js";

/** Writes what happens as espota.py does: log lines `HH:MM:SS [LEVEL]: text`, and its progress, all to stderr. */
export class EspotaLog {
  private authenticating = false;
  private sent = 0;

  constructor(
    private readonly options: EspotaOptions,
    /** Writes text as it is. */
    readonly raw: (text: string) => void,
  ) {}

  line(level: "DEBUG" | "INFO" | "ERROR" | "CRITICAL", text: string): void {
    if (!this.options.debug && (level === "DEBUG" || level === "INFO")) return;
    const now = new Date();
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()];
    this.raw(`${time.map((part) => String(part).padStart(2, "0")).join(":")} [${level}]: ${plain(text)}\n`);
  }

  event(event: UploadEvent): void {
    const { espIp, progress } = this.options;
    if (event.event === "invited" && event.attempt === 1 && !this.authenticating)
      this.line("INFO", `Sending invitation to: ${espIp}`);
    else if (event.event === "auth-asked" && !this.authenticating) {
      this.authenticating = true;
      this.raw("Authenticating...");
    } else if (event.event === "authenticated" && this.authenticating) {
      this.authenticating = false;
      this.raw("OK\n");
    } else if (event.event === "waiting") this.line("INFO", "Waiting for device...");
    else if (event.event === "connected") this.raw(progress ? bar(0) : "Uploading");
    else if (event.event === "progress" && event.sent > this.sent) {
      this.sent = event.sent;
      this.raw(progress ? bar(event.sent / event.total) : ".");
    } else if (event.event === "sent") {
      this.raw("\n");
      this.line("INFO", "Waiting for result...");
    } else if (event.event === "result") this.line("INFO", "Result: OK");
  }

  failure(error: UploadError): void {
    if (this.authenticating) this.raw("FAIL\n");
    if (error.stage === "upload" || (error.stage === "result" && error.answer !== "")) this.raw("\n");
    this.line("ERROR", failureText(error));
  }
}

function failureText(error: UploadError): string {
  if (error.code === "LISTEN_FAILED") return "Listen Failed";
  if (error.code === "NO_ANSWER") return "No Answer";
  if (error.code === "NO_AUTH_ANSWER") return "No Answer to our Authentication";
  if (error.code === "NO_CONNECT_BACK") return "No response from device";
  if (error.stage === "invitation") return `Bad Answer: ${error.answer}`;
  if (error.answer !== "") return error.answer;
  if (error.stage === "upload") return "Error Uploading";
  return error.stage === "result" ? "No Result!" : error.message;
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
