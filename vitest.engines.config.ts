import { defineConfig } from "vitest/config";

// Tests against engines that are not part of the package; each says "skipped" when its engine is not named.
// biome-ignore lint/style/noDefaultExport: the config loader reads the default export
export default defineConfig({
  test: {
    include: ["test/engines/**/*.test.ts"],
    exclude: ["test/engines/esp32/**"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // jacdac-ts tells the console of every connection.
    silent: "passed-only",
  },
});
