/** Vitest calls it before everything else. */
export function setup(): void {
  if (process.env["ESP32_QEMU"] && process.env["ESPRUINO_ESP32"]) return;
  console.log(
    "skipped: ESP32_QEMU and ESPRUINO_ESP32 name no emulator and no firmware (docs/esp32-emulated.md)",
  );
}
