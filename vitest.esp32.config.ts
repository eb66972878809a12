import { defineConfig } from "vitest/config";

// Espruino's own firmware in an emulator of the ESP32, which is not part of the package: docs/esp32-emulated.md.
// biome-ignore lint/style/noDefaultExport: the config loader reads the default export
export default defineConfig({
  test: {
    include: ["test/engines/esp32/**/*.test.ts"],
    globalSetup: ["test/engines/esp32/notice.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // One board fills two cores.
    fileParallelism: false,
  },
});
